/* The hotline's screen: words of danger at once, the guide follows the talk, search from the keyboard. */

const form = document.getElementById('anfrage')

/* --- words of danger: the server finds them in every draft that it keeps --------------------- */

function sound(words) {
  const place = document.getElementById('notfall-wort')
  if (!place || !words) return
  const said = place.querySelector('[data-alarm-lead]')
  const text = words.length ? `${said.dataset.alarmLead} ${words.join(', ')}` : ''
  if (said.textContent.trim() === text) return
  said.textContent = text
  place.hidden = !words.length
  document.getElementById('notfall').classList.toggle('is-on', words.length > 0)
  document.getElementById('notfall-mehr').open = words.length > 0
}

form?.addEventListener('lotsen:saved', (event) => sound(event.detail.alarm))

/* --- the guide shows the sentences of the part of the form in which somebody is --------------- */

const steps = document.querySelector('.l-guide__steps')

function follow(section) {
  if (!steps || !section || steps.dataset.at === section) return
  steps.dataset.at = section
  steps.classList.add('is-following')
  steps.querySelectorAll('[data-step]').forEach((step) => {
    step.toggleAttribute('aria-current', step.dataset.step === section)
  })
}

document.addEventListener('focusin', (event) => {
  const at = event.target.closest?.('[data-section]')
  if (at) follow(at.dataset.section)
  else if (event.target.id === 'q') follow('caller')
})
follow('caller')

/* --- a letter has a date, a call has none ------------------------------------------------------ */

function showDate() {
  const isLetter = form.querySelector('input[name=entrance][value=letter]')?.checked
  document.querySelector('.l-letter-only')?.toggleAttribute('hidden', !isLetter)
}

if (form) {
  form.addEventListener('change', showDate)
  showDate()
}

/* --- Alt and a letter on a summary opens it ---------------------------------------------------- */

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.target.id !== 'q') return
  event.target.value = ''
  document.getElementById('gefunden').replaceChildren()
})
