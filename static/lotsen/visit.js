/* A visit on a telephone with a bad network: help goes by SMS, and the report is kept on the telephone too. */

const PATIENCE = 8000

/* --- help: posted, and where nothing answers, at once what needs no internet: an SMS and a call --- */

function showOtherWays(form) {
  const ways = form.querySelector('[data-help-ways]')
  if (!ways) return
  ways.hidden = false
  ways.querySelector('a')?.focus()
}

document.addEventListener('submit', async (event) => {
  const form = event.target.closest('form[data-help-sms]')
  if (!form) return
  event.preventDefault()
  if (!navigator.onLine) showOtherWays(form)
  const soon = setTimeout(() => showOtherWays(form), 2000)
  try {
    const response = await fetch(form.action, {
      method: 'POST', body: new FormData(form), credentials: 'same-origin', signal: AbortSignal.timeout(PATIENCE)
    })
    if (!response.ok || new URL(response.url).pathname.startsWith('/konto/')) throw new Error('refused')
    location.assign(response.url)
  } catch {
    showOtherWays(form)
  }
  clearTimeout(soon)
})

/* --- the report: every keystroke stays here, and goes to us as soon as there is a network ------ */

const form = document.querySelector('form[data-report-url]')
if (form) {
  const key = `lotsen-bericht-${form.dataset.reportKey}`
  const outbox = `lotsen-sende-${form.dataset.reportKey}`
  const status = form.querySelector('[data-report-status]')
  const mine = { copy: crypto.randomUUID(), count: 0, base: Number(form.dataset.reportVersion || 0) }
  let isSending = false
  let isMore = false
  let isHandedIn = false

  const say = (sentence) => { if (status && sentence && !isHandedIn) status.textContent = sentence }
  const values = () => [...new FormData(form)].filter(([name]) => name !== 'csrfmiddlewaretoken')

  const fill = (pairs) => {
    for (const field of form.elements) {
      if (!field.name || field.name === 'csrfmiddlewaretoken' || field.type === 'hidden') continue
      const said = pairs.filter(([name]) => name === field.name).map(([, value]) => value)
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = said.includes(field.value)
      else if (said.length) field.value = said[0]
    }
  }

  const remember = (name, what) => {
    try { localStorage.setItem(name, JSON.stringify(what)) } catch { /* private window: the server has it */ }
  }

  const keep = () => {
    takeBack()
    mine.count += 1
    remember(key, { ...mine, pairs: values() })
    send()
  }

  const send = async () => {
    if (isHandedIn) return
    if (isSending) { isMore = true; return }
    isSending = true
    isMore = false
    const body = new FormData(form)
    for (const [name, value] of Object.entries(mine)) body.set(name, value)
    try {
      const response = await fetch(form.dataset.reportUrl, {
        method: 'POST', body, credentials: 'same-origin', signal: AbortSignal.timeout(PATIENCE)
      })
      if (response.ok || response.status === 409) {
        const answer = await response.json()
        mine.base = answer.version
        if (response.status === 409) {
          fill(Object.entries(answer.said).flatMap(([name, one]) => [one].flat().map((value) => [name, value])))
          say(form.dataset.reportNewer)
        } else say(answer.saved)
        if (!isMore) localStorage.removeItem(key)
      } else say(form.dataset.reportOffline)
    } catch {
      say(form.dataset.reportOffline)
    }
    isSending = false
    if (isMore) send()
  }

  const show = (isWaiting) => {
    isHandedIn = isWaiting
    form.querySelector('[data-report-waits]').hidden = !isWaiting
    form.querySelector('button[type="submit"]').hidden = isWaiting
  }

  const wait = () => { say('\u00a0'); show(true) }

  /* Written on: it does not go before it is handed in again. */
  const takeBack = () => {
    if (!isHandedIn) return
    localStorage.removeItem(outbox)
    show(false)
    document.dispatchEvent(new CustomEvent('lotsen:outbox'))
  }

  /* Handed in: where the network is silent the report waits on the telephone and goes by itself. */
  const handIn = async (event) => {
    event.preventDefault()
    form.elements.copy.value = mine.copy
    const pairs = values()
    remember(key, { ...mine, pairs })
    try {
      if (!navigator.onLine) throw new Error('offline')
      const response = await fetch(form.action || location.href, {
        method: 'POST', body: new FormData(form), credentials: 'same-origin',
        headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(PATIENCE)
      })
      if (response.status >= 500) throw new Error('later')
      if (!response.ok) { form.submit(); return }
      localStorage.removeItem(key)
      localStorage.removeItem(outbox)
      location.assign((await response.json()).url)
    } catch {
      remember(outbox, { url: location.pathname, draft: key, pairs })
      wait()
      document.dispatchEvent(new CustomEvent('lotsen:outbox'))
    }
  }

  try {
    const waits = JSON.parse(localStorage.getItem(outbox) || 'null')
    const left = JSON.parse(localStorage.getItem(key) || 'null')
    if (left) Object.assign(mine, { copy: left.copy, count: left.count, base: left.base })
    if (waits) mine.copy = waits.pairs.find(([name]) => name === 'copy')?.[1] || mine.copy
    if (left || waits) fill((left || waits).pairs)
    if (waits?.problem) say(waits.problem)
    else if (waits) wait()
    else if (left) send()
  } catch { localStorage.removeItem(key) }
  document.addEventListener('lotsen:turned-away', (event) => {
    if (event.detail.name !== outbox) return
    show(false)
    say(event.detail.sentence)
  })
  form.addEventListener('input', keep)
  form.addEventListener('change', keep)
  form.addEventListener('submit', handIn)
  addEventListener('online', send)
}
