/* Stands between the guide's pages and the network: keeps the look, and the pages that say how long they may be kept.
   VERSION, SHELL and OFFLINE come from the server, in front of this text. */

const LOOK = `lotsen-bild-${VERSION}`
const PAGES = 'lotsen-seiten'
const UNTIL = 'Lotsen-Keep-Until'
const PATIENCE = 6000
const ROOM = '/lotse/'

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(LOOK).then((cache) => cache.addAll([...SHELL, OFFLINE])).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), tidy()]))
})

async function tidy() {
  for (const name of await caches.keys()) if (name !== LOOK && name !== PAGES) await caches.delete(name)
  await sweep()
}

self.addEventListener('message', (event) => {
  if (event.data === 'vergessen') event.waitUntil(caches.delete(PAGES))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate' && url.pathname.startsWith(ROOM)) event.respondWith(page(request))
  else if (SHELL.includes(url.pathname)) event.respondWith(look(request))
})

async function look(request) {
  return (await caches.match(request.url, { ignoreVary: true })) || fetch(request)
}

/* The network first; where it is silent, what was kept. */
async function page(request) {
  try {
    const answer = await Promise.race([fetch(request), new Promise((_, no) => setTimeout(no, PATIENCE))])
    await keep(request.url, answer.clone())
    return answer
  } catch {
    return kept(request.url)
  }
}

/* A page that may no longer be seen (it answers with sign-in, or is gone) is not kept either. */
async function keep(url, answer) {
  const cache = await caches.open(PAGES)
  if (answer.ok && Number(answer.headers.get(UNTIL))) await cache.put(url, answer)
  else if (answer.status < 500) await cache.delete(url, { ignoreVary: true })
}

async function kept(url) {
  await sweep()
  const cache = await caches.open(PAGES)
  const found = await cache.match(url, { ignoreVary: true })
  return found ? marked(found) : (await caches.match(OFFLINE, { ignoreVary: true })) || Response.error()
}

/* The page says that it is an old one, also where the telephone believes that it has a network. */
async function marked(answer) {
  const headers = new Headers(answer.headers)
  for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name)
  const text = (await answer.text()).replace('data-offline-words hidden', 'data-offline-words data-kept')
  return new Response(text, { status: answer.status, headers })
}

/* What is over its time goes: an address is not seen longer here than it would be on our page. */
async function sweep() {
  const cache = await caches.open(PAGES)
  for (const request of await cache.keys()) {
    const answer = await cache.match(request, { ignoreVary: true })
    if (!answer || Number(answer.headers.get(UNTIL)) * 1000 < Date.now()) await cache.delete(request, { ignoreVary: true })
  }
}

/* --- notices: no name, no place; a tap opens a page that asks who you are ------------------------ */

self.addEventListener('push', (event) => {
  let said = {}
  try { said = event.data.json() } catch { /* an empty one still says that there is something new */ }
  event.waitUntil(self.registration.showNotification(said.title || 'Lotsen', {
    body: said.body || '', tag: said.tag || 'lotsen', lang: said.lang || 'de',
    icon: '/static/lotsen/app-192.png', badge: '/static/lotsen/app-badge-96.png', data: { path: said.path }
  }))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const named = String(event.notification.data?.path || '')
  const path = named.startsWith(ROOM) ? named : `${ROOM}angebote/`
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: 'window' })
    const mine = open.find((one) => new URL(one.url).pathname.startsWith(ROOM))
    if (!mine) return self.clients.openWindow(path)
    await mine.focus()
    return mine.navigate(path)
  })())
})
