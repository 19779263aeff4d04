/* Asks again and again for the region `[data-poll]`, until the server says that it is over (286).
   The requests outlive the page, so that leaving it in the middle of one breaks nothing. */

const OVER = 286
const NOTHING_NEW = 204

async function ask(region) {
  const response = await fetch(region.dataset.poll, { keepalive: true, credentials: 'same-origin' }).catch(() => null)
  if (!response) return region
  const elsewhere = response.headers.get('HX-Redirect')
  if (elsewhere) return window.location.assign(elsewhere)
  if (response.status === NOTHING_NEW) return region
  if (response.status !== OVER && !response.ok) return region
  const box = document.createElement('template')
  box.innerHTML = await response.text()
  const fresh = box.content.firstElementChild
  region.replaceWith(fresh)
  return fresh.dataset.poll ? fresh : null
}

async function follow(region) {
  const next = await ask(region)
  if (next) window.setTimeout(() => follow(next), 1000)
}

const first = document.querySelector('[data-poll]')
if (first) window.setTimeout(() => follow(first), 1000)
