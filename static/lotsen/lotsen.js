/* Comfort for pages that work without it: print buttons, drafts, shortcuts, focus after a swap. */

function each(root, selector, act) {
  if (root.matches && root.matches(selector)) act(root)
  root.querySelectorAll(selector).forEach(act)
}

/* What only works with JavaScript is hidden until we are here. */
function reveal(root) {
  each(root, '[data-needs-js][hidden], [data-print][hidden]', (element) => { element.hidden = false })
}

/* --- drafts: every change is posted, one line says so --------------------------------------- */

const saving = new WeakMap()

function draftStatus(form) {
  return form.querySelector('[data-draft-status]') || document.querySelector('[data-draft-status]') ||
    document.getElementById('gespeichert')
}

function say(form, sentence) {
  const place = draftStatus(form)
  if (!place || !sentence) return
  const words = place.querySelector('span') || place
  words.textContent = sentence
}

/* One save is under way at a time, so that an older one never overtakes a newer one; what is typed meanwhile follows. */
async function saveDraft(form) {
  if (saving.has(form)) return saving.set(form, true)
  saving.set(form, false)
  try {
    const response = await fetch(form.dataset.draftUrl, {
      method: 'POST',
      body: new FormData(form),
      headers: { Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest' },
      credentials: 'same-origin',
      keepalive: true
    })
    await saved(form, response)
  } catch {
    say(form, form.dataset.draftOffline)
  }
  const isMore = saving.get(form)
  saving.delete(form)
  if (isMore) saveDraft(form)
}

async function saved(form, response) {
  if (response.status === 204) return say(form, form.dataset.draftSaved)
  if (!response.ok) return say(form, form.dataset.draftOffline)
  const answer = await response.json()
  say(form, answer.saved)
  form.dispatchEvent(new CustomEvent('lotsen:saved', { detail: answer }))
}

function keep(event) {
  const form = event.target.form || event.target.closest?.('form')
  if (form?.dataset.draftUrl) saveDraft(form)
}

document.addEventListener('input', keep)
document.addEventListener('change', keep)

/* --- presses -------------------------------------------------------------------------------- */

function step(button) {
  const input = button.closest('.l-stepper').querySelector('input')
  const next = Number(input.value || 0) + Number(button.dataset.step)
  input.value = Math.max(Number(input.min || 0), input.max ? Math.min(Number(input.max), next) : next)
  input.dispatchEvent(new Event('change', { bubbles: true }))
}

document.addEventListener('click', (event) => {
  const pressed = event.target.closest?.('[data-print], [data-step]')
  if (!pressed) return
  if (pressed.hasAttribute('data-print')) window.print()
  else step(pressed)
})

/* --- shortcuts, printed on their buttons ---------------------------------------------------- */

function nameOf(event) {
  const held = [['Control', event.ctrlKey], ['Alt', event.altKey], ['Shift', event.shiftKey]]
  const names = held.filter(([, isDown]) => isDown).map(([name]) => name)
  const digit = /^Digit(\d)$/.exec(event.code)
  return [...names, digit ? digit[1] : event.key.length === 1 ? event.key.toUpperCase() : event.key].join('+')
}

document.addEventListener('keydown', (event) => {
  if (document.body.dataset.keys === 'off' || !(event.ctrlKey || event.altKey)) return
  const target = document.querySelector(`[data-key="${CSS.escape(nameOf(event)).replace(/\\/g, '')}"]`)
  if (!target) return
  event.preventDefault()
  target.focus()
  if (target.matches('a, button, summary')) target.click()
})

/* --- swaps: focus goes to what a button brought, never away from somebody who types --------- */

document.addEventListener('htmx:afterSettle', (event) => {
  reveal(event.target)
  const cause = event.detail.requestConfig?.elt
  const isPress = cause && (cause.matches('button, a') || cause.matches('form') &&
    document.activeElement?.matches?.('button, body'))
  const heading = event.target.querySelector?.('[data-focus]')
  if (isPress && heading) heading.focus()
})

reveal(document)
document.querySelector('.l-errsum')?.focus()
