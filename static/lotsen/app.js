/* The guide's pages as an app: works without network, forgets at sign-out, sends what was written offline. */

const KEPT = 'lotsen-'
const OUTBOX = 'lotsen-sende-'
const OWNER = 'lotsen-wer'
const PAGES = 'lotsen-seiten'
const PATIENCE = 15000

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content || ''
const csrf = () => JSON.parse(document.body.getAttribute('hx-headers') || '{}')['X-CSRFToken'] || ''
const names = (start) => Object.keys(localStorage).filter((name) => name.startsWith(start))

/* --- whose telephone is it --------------------------------------------------------------------- */

function forgetWords() {
  for (const name of names(KEPT)) localStorage.removeItem(name)
  sessionStorage.clear()
}

async function forgetAll() {
  forgetWords()
  navigator.serviceWorker?.controller?.postMessage('vergessen')
  if ('caches' in window) await caches.delete(PAGES)
}

const owner = meta('lotsen-owner')
if (owner) {
  if (localStorage.getItem(OWNER) !== owner) {
    forgetWords()
    forgetAll()
  }
  localStorage.setItem(OWNER, owner)
}

document.addEventListener('submit', async (event) => {
  const form = event.target.closest('form[data-sign-out]')
  if (!form) return
  event.preventDefault()
  const patience = new Promise((done) => setTimeout(done, 2000))
  try {
    await Promise.race([patience, forgetAll().then(() => forgetPush())])
  } catch { /* the server makes the browser forget, too */ }
  form.submit()
})

async function forgetPush() {
  const worker = await navigator.serviceWorker?.getRegistration('/lotse/')
  const subscription = await worker?.pushManager?.getSubscription()
  await subscription?.unsubscribe()
}

/* --- without network --------------------------------------------------------------------------- */

if ('serviceWorker' in navigator && owner) {
  navigator.serviceWorker.register('/sw.js', { scope: '/lotse/' }).catch(() => { /* a private window */ })
}

function showNetwork() {
  for (const words of document.querySelectorAll('[data-offline-words]')) {
    words.hidden = navigator.onLine && !('kept' in words.dataset)
  }
}
addEventListener('online', showNetwork)
addEventListener('offline', showNetwork)
showNetwork()

/* --- the outbox: reports that wait for the network, each sent until it is there ------------------ */

let isSending = false

async function sendAll() {
  if (isSending) return
  isSending = true
  for (const name of names(OUTBOX)) {
    try { await sendOne(name) } catch { break /* still no network */ }
  }
  isSending = false
  showOutbox()
}

async function sendOne(name) {
  const one = JSON.parse(localStorage.getItem(name))
  if (one.problem) return
  const body = new FormData()
  for (const [field, value] of one.pairs) body.append(field, value)
  body.set('csrfmiddlewaretoken', csrf())
  const response = await fetch(one.url, {
    method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json' },
    signal: AbortSignal.timeout(PATIENCE)
  })
  if (response.status >= 500 || response.redirected) throw new Error('later')
  const answer = await response.json().catch(() => ({}))
  if (response.ok) {
    localStorage.removeItem(name)
    localStorage.removeItem(one.draft)
    document.dispatchEvent(new CustomEvent('lotsen:filed', { detail: answer }))
  } else if (answer.sentence) {
    localStorage.setItem(name, JSON.stringify({ ...one, problem: answer.sentence, open: answer.url || one.url }))
    document.dispatchEvent(new CustomEvent('lotsen:turned-away', { detail: { name, sentence: answer.sentence } }))
  } else throw new Error('later')
}

function showOutbox() {
  const place = document.querySelector('[data-outbox]')
  if (!place) return
  const waiting = names(OUTBOX).map((name) => [name, JSON.parse(localStorage.getItem(name))])
  place.hidden = waiting.length === 0
  place.querySelector('[data-outbox-waits]').hidden = waiting.every(([, one]) => one.problem)
  const list = place.querySelector('ul')
  list.hidden = waiting.every(([, one]) => !one.problem)
  list.replaceChildren(...waiting.filter(([, one]) => one.problem).map(([name, one]) => row(place, name, one)))
}

/* A report that was turned away: why, what stands in it, and a button that throws it away. */
function row(place, name, one) {
  const item = document.createElement('li')
  const link = document.createElement('a')
  link.className = 'l-link'
  link.href = one.open
  link.textContent = place.dataset.open
  const away = document.createElement('button')
  away.type = 'button'
  away.className = 'kern-btn kern-btn--secondary kern-btn--block'
  const label = document.createElement('span')
  label.className = 'kern-label'
  label.textContent = place.dataset.discard
  away.append(label)
  away.addEventListener('click', () => { localStorage.removeItem(name); showOutbox() })
  const note = one.pairs.find(([field]) => field === 'note')?.[1] || ''
  item.className = 'l-stack-s'
  const words = document.createElement('p')
  words.append(`${one.problem} ${note ? `„${note}“ ` : ''}`, link)
  item.append(words, away)
  return item
}

document.addEventListener('lotsen:outbox', showOutbox)
document.addEventListener('lotsen:filed', (event) => {
  const here = location.pathname
  if (event.detail.url && here.startsWith('/lotse/besuch/')) location.assign(event.detail.url)
})
addEventListener('online', sendAll)
if (owner) sendAll()

/* --- notices on the telephone: asked for by a tap, never before ---------------------------------- */

const panel = document.querySelector('[data-push]')
if (panel && 'serviceWorker' in navigator && 'PushManager' in window && panel.dataset.push) showPush()

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0))

async function showPush() {
  const worker = await navigator.serviceWorker.ready
  const subscription = await worker.pushManager.getSubscription()
  const isOn = Boolean(subscription) && Notification.permission === 'granted'
  for (const element of panel.querySelectorAll('[data-push-on]')) element.hidden = isOn
  for (const element of panel.querySelectorAll('[data-push-off]')) element.hidden = !isOn
  panel.querySelector('[data-push-cannot]').hidden = true
}

async function say(url, subscription) {
  const body = new FormData()
  const told = subscription.toJSON()
  body.set('endpoint', told.endpoint)
  body.set('p256dh', told.keys.p256dh)
  body.set('auth', told.keys.auth)
  body.set('csrfmiddlewaretoken', csrf())
  const response = await fetch(url, { method: 'POST', body, credentials: 'same-origin' })
  if (!response.ok) throw new Error('refused')
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('[data-push-switch]')
  if (!button) return
  const failed = panel.querySelector('[data-push-failed]')
  failed.hidden = true
  try {
    const worker = await navigator.serviceWorker.ready
    if (button.dataset.pushSwitch === 'on') {
      if (await Notification.requestPermission() !== 'granted') throw new Error('not allowed')
      const options = { userVisibleOnly: true, applicationServerKey: bytes(panel.dataset.push) }
      await say(panel.dataset.pushUrl, await worker.pushManager.subscribe(options))
    } else {
      const subscription = await worker.pushManager.getSubscription()
      if (subscription) {
        await say(panel.dataset.pushOffUrl, subscription)
        await subscription.unsubscribe()
      }
    }
  } catch {
    failed.hidden = false
  }
  showPush()
})

/* --- ten minutes at the door --------------------------------------------------------------------- */

const timer = document.querySelector('[data-wait]')
if (timer) {
  const began = `lotsen-warten-${timer.dataset.wait}`
  const words = timer.querySelector('[data-wait-words]')
  const button = timer.querySelector('button')
  const tick = () => {
    const since = Number(sessionStorage.getItem(began))
    if (!since) return
    button.hidden = true
    const left = Math.max(0, Math.ceil(600 - (Date.now() - since) / 1000))
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
    words.textContent = left ? timer.dataset.left.replace('0:00', clock) : timer.dataset.over
    if (left) setTimeout(tick, 1000)
  }
  button.addEventListener('click', () => { sessionStorage.setItem(began, Date.now()); tick() })
  tick()
}
