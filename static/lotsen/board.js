/* The timetable board with mouse and keys. What is dropped or chosen goes to the server, which answers with a verdict. */
/* global htmx */

const STEPS = 126
const FIRST_MINUTE = 8 * 60
const STEP_MINUTES = 5
const SLACK = 5 /* pixels: less is a click */

const plan = document.getElementById('planbrett')
const board = () => document.querySelector('[data-board]')

/* --- dragging: a copy of the bar snaps to lanes and five minutes -------------------------------- */

let drag = null

function laneAt(x, y) {
  return document.elementsFromPoint(x, y).map((one) => one.closest?.('.l-lane[data-team]')).find(Boolean)
}

function stepAt(lane, x) {
  const box = lane.getBoundingClientRect()
  const head = lane.querySelector('.l-lane__h').getBoundingClientRect()
  const wide = (box.right - head.right) / STEPS
  const step = Math.round((x - drag.grip - head.right) / wide)
  return Math.min(Math.max(step, 0), STEPS - drag.length)
}

function clock(step) {
  const minutes = FIRST_MINUTE + step * STEP_MINUTES
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

function lift() {
  drag.copy = drag.bar.cloneNode(true)
  for (const name of ['id', 'href', 'hx-get', 'aria-label', 'data-stop']) drag.copy.removeAttribute(name)
  drag.copy.setAttribute('aria-hidden', 'true')
  drag.bar.classList.add('is-dragged')
  board().classList.add('is-dragging')
}

function hover(event) {
  const lane = laneAt(event.clientX, event.clientY)
  board().querySelector('.is-target')?.classList.remove('is-target')
  drag.lane = lane && !lane.classList.contains('l-lane--off') ? lane : null
  if (!drag.lane) return drag.copy.remove()
  drag.step = stepAt(drag.lane, event.clientX)
  drag.copy.className = `l-call-b l-call-b--moved l-call-b--drop t-${drag.lane.dataset.number} s-${drag.step} d-${drag.length}`
  drag.copy.querySelector('small').textContent = clock(drag.step)
  drag.lane.classList.add('is-target')
  drag.lane.append(drag.copy)
}

function cancel() {
  drag?.copy?.remove()
  drag?.bar.classList.remove('is-dragged')
  board()?.classList.remove('is-dragging')
  board()?.querySelector('.is-target')?.classList.remove('is-target')
  drag = null
}

/* The other weekdays of a stop stay; its week of the cycle stays. */
function place(bar, lane, step) {
  const days = bar.dataset.days.split(',').filter((day) => day !== bar.closest('.l-lane').dataset.day)
  const query = new URLSearchParams(bar.search)
  for (const day of [...days, lane.dataset.day]) query.append('nach-day', day)
  query.set('nach-team', lane.dataset.team)
  query.set('nach-week', bar.dataset.phase)
  query.set('nach-time', clock(step))
  return `${plan.dataset.url}?${query}`
}

function drop() {
  const { bar, lane, step } = drag
  cancel()
  if (lane) htmx.ajax('GET', place(bar, lane, step), { source: '#planbrett', target: '#tafel', swap: 'outerHTML' })
}

plan.addEventListener('pointerdown', (event) => {
  const bar = event.target.closest?.('[data-board] a.l-call-b')
  if (!bar || event.button !== 0 || event.pointerType === 'touch') return
  const box = bar.getBoundingClientRect()
  drag = { bar, x: event.clientX, y: event.clientY, grip: event.clientX - box.left, length: Number(bar.dataset.length) }
})

document.addEventListener('pointermove', (event) => {
  if (!drag) return
  const far = Math.abs(event.clientX - drag.x) + Math.abs(event.clientY - drag.y)
  if (!drag.copy && far < SLACK) return
  if (!drag.copy) lift()
  hover(event)
})

document.addEventListener('pointerup', () => {
  if (!drag) return
  if (!drag.copy) return cancel()
  window.addEventListener('click', swallow, { capture: true, once: true })
  window.setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
  drop()
})

document.addEventListener('pointercancel', cancel)
plan.addEventListener('dragstart', (event) => event.preventDefault())

/* A drop ends with a click on the bar that it began on: that one is not meant. */
function swallow(event) {
  event.preventDefault()
  event.stopPropagation()
}

/* --- keys: arrows from call to call, Escape closes ---------------------------------------------- */

const bars = (lane) => [...lane.querySelectorAll('a.l-call-b')].sort((one, other) => one.dataset.start - other.dataset.start)

function beside(bar, way) {
  const here = bars(bar.closest('.l-lane'))
  return here[here.indexOf(bar) + way]
}

function above(bar, way) {
  const lanes = [...board().querySelectorAll('.l-lane')]
  let at = lanes.indexOf(bar.closest('.l-lane')) + way
  while (lanes[at] && !bars(lanes[at]).length) at += way
  const far = (other) => Math.abs(other.dataset.start - bar.dataset.start)
  return lanes[at] && bars(lanes[at]).sort((one, other) => far(one) - far(other))[0]
}

const MOVES = {
  ArrowLeft: (bar) => beside(bar, -1),
  ArrowRight: (bar) => beside(bar, 1),
  ArrowUp: (bar) => above(bar, -1),
  ArrowDown: (bar) => above(bar, 1)
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') return escape(event)
  const bar = event.target.closest?.('[data-board] a.l-call-b')
  if (!bar || event.ctrlKey || event.altKey || event.metaKey || !MOVES[event.key]) return
  event.preventDefault()
  MOVES[event.key](bar)?.focus()
})

function escape(event) {
  if (drag) return cancel()
  if (event.target.matches?.('select')) return
  document.querySelector('#urteil [data-close]')?.click()
}

document.addEventListener('htmx:afterSettle', (event) => {
  const key = event.detail.requestConfig?.elt?.dataset?.close
  if (key) document.querySelector(`a.l-call-b[data-stop="${CSS.escape(key)}"]`)?.focus()
  else if (event.detail.requestConfig?.elt === plan && event.target.id === 'urteil') {
    event.target.querySelector('[data-focus]')?.focus({ preventScroll: true })
  }
})

/* An answer of 409 or 422 is a page, too. */
document.addEventListener('htmx:beforeSwap', (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) event.detail.shouldSwap = true
})

/* --- after a change the page stands where it stood ---------------------------------------------- */

const STAY = 'lotsen.board.scroll'

document.addEventListener('submit', (event) => {
  if (event.target.matches('[data-stay]')) sessionStorage.setItem(STAY, String(window.scrollY))
})

const stayed = sessionStorage.getItem(STAY)
sessionStorage.removeItem(STAY)
const refused = document.querySelector('.l-panel--bad[role="alert"]')
if (refused) refused.focus()
else if (stayed && !location.hash) window.scrollTo(0, Number(stayed))
