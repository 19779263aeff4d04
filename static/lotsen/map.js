/* Maps from GeoJSON with Leaflet: outlines, lines, own markers. No tiles unless the page names a source. */
/* global L */

const drawn = new WeakMap()

function words(text, element = 'span') {
  const node = document.createElement(element)
  node.textContent = text
  return node
}

async function read(url, id) {
  if (id) return JSON.parse(document.getElementById(id).textContent)
  if (!url) return null
  const response = await fetch(url, { headers: { Accept: 'application/geo+json, application/json' } })
  return response.ok ? response.json() : null
}

/* An area is a city, a district, a cell around a postal code (level or art), or water. */
function areaClass(feature) {
  const kind = feature.properties?.level ?? feature.properties?.art
  if (feature.geometry.type.endsWith('LineString')) return 'm-river'
  if (kind === 'water' || kind === 'river') return 'm-area m-area--water'
  return kind === 'part' || kind === 'cell' ? 'm-area m-area--part' : 'm-area'
}

/* Names of areas stand where the file says; they are read in the table, so screen readers skip them here. */
function areaNames(areas) {
  const named = areas.features.filter(({ properties }) => properties?.kurz && properties.breite && properties.art !== 'river')
  return L.layerGroup(named.map(({ properties }) => {
    const name = words(properties.kurz)
    name.setAttribute('aria-hidden', 'true')
    const icon = L.divIcon({ className: 'm-name', html: name, iconSize: [0, 0] })
    return L.marker([properties.breite, properties.laenge], { icon, interactive: false, keyboard: false })
  }))
}

const NAMES_FROM_ZOOM = 12

function showNames(map, names) {
  const wanted = map.getZoom() >= NAMES_FROM_ZOOM
  if (wanted !== map.hasLayer(names)) wanted ? names.addTo(map) : names.remove()
}

function teamClass(properties) {
  return properties.team ? ` t-${(Number(properties.team) - 1) % 6 + 1}` : ''
}

function house() {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  svg.setAttribute('class', 'l-ic')
  svg.setAttribute('viewBox', '0 0 24 24')
  path.setAttribute('d', 'M3.5 11.5 12 4l8.5 7.5M6 9.8V20h12V9.8')
  svg.append(path)
  return svg
}

function pin(properties) {
  const kind = [properties.kind, properties.mark].filter(Boolean).map((name) => ` l-pin--${name}`).join('')
  const shown = document.createElement('span')
  shown.append(properties.kind === 'home' ? house() : words(properties.label ?? '', 'b'))
  return L.divIcon({
    className: `l-pin${kind}${teamClass(properties)}`,
    html: shown,
    iconSize: [44, 44],
    iconAnchor: [22, 22]
  })
}

function popup(properties) {
  const box = document.createElement('div')
  box.append(words(properties.name ?? '', 'b'))
  if (properties.text) box.append(words(properties.text, 'p'))
  if (properties.url) {
    const link = words(properties.link_text ?? properties.name, 'a')
    link.href = properties.url
    box.append(link)
  }
  return box
}

function marker(feature, at) {
  const { name = '', label = '' } = feature.properties
  const made = L.marker(at, { icon: pin(feature.properties), title: name, alt: [label, name].filter(Boolean).join(' '), riseOnHover: true })
  return feature.properties.kind === 'dot' ? made : made.bindPopup(() => popup(feature.properties))
}

function frame(element) {
  const map = L.map(element, { zoomControl: false, attributionControl: false, scrollWheelZoom: false, minZoom: 9, maxZoom: 18 })
  L.control.zoom({ zoomInTitle: element.dataset.zoomIn, zoomOutTitle: element.dataset.zoomOut }).addTo(map)
  if (element.dataset.attribution) {
    L.control.attribution({ prefix: false }).addAttribution(words(element.dataset.attribution).innerHTML).addTo(map)
  }
  if (element.dataset.tiles) L.tileLayer(element.dataset.tiles).addTo(map)
  return map
}

async function draw(element) {
  const { outlines, markers, markersId, linesId } = element.dataset
  const [areas, points, lines] = await Promise.all([read(outlines), read(markers, markersId), read('', linesId)])
  const map = frame(element)
  const shown = []
  if (areas) {
    shown.push(L.geoJSON(areas, {
      interactive: false,
      style: (feature) => ({ className: areaClass(feature) })
    }).addTo(map))
    const names = areaNames(areas)
    map.on('zoomend', () => showNames(map, names))
  }
  const tours = drawn.set(element, { map, layers: L.layerGroup().addTo(map), said: said(element) }).get(element)
  const bounds = fill(tours.layers, points, lines) ?? shown.at(-1)?.getBounds()
  if (bounds?.isValid()) map.fitBounds(bounds, { padding: [32, 32], maxZoom: 15 })
}

/* Lines under points; returns the bounds of the points, if there are any. */
function fill(layers, points, lines) {
  layers.clearLayers()
  if (lines) layers.addLayer(L.geoJSON(lines, { interactive: false, style: (f) => ({ className: `m-line${teamClass(f.properties)}` }) }))
  if (!points?.features.length) return null
  const marks = L.geoJSON(points, { pointToLayer: marker })
  layers.addLayer(marks)
  return marks.getBounds()
}

/* --- a part of the page has changed: draw its points and lines anew, if they are others --------- */

function said({ dataset }) {
  return [dataset.markersId, dataset.linesId].map((id) => (id && document.getElementById(id)?.textContent) || '').join()
}

function renew() {
  document.querySelectorAll('[data-map][data-drawn][data-lines-id]').forEach((element) => {
    const tours = drawn.get(element)
    if (!tours || tours.said === said(element) || !element.dataset.linesId) return
    tours.said = said(element)
    const [points, lines] = [element.dataset.markersId, element.dataset.linesId].map((id) => JSON.parse(document.getElementById(id).textContent))
    const bounds = fill(tours.layers, points, lines)
    if (bounds?.isValid()) tours.map.fitBounds(bounds, { padding: [32, 32], maxZoom: 15 })
  })
}

function start(root) {
  root.querySelectorAll('[data-map]:not([data-drawn])').forEach((element) => {
    element.dataset.drawn = 'yes'
    element.closest('[hidden]')?.removeAttribute('hidden')
    draw(element)
  })
}

start(document)
document.addEventListener('htmx:afterSettle', (event) => {
  start(event.target)
  renew()
})
