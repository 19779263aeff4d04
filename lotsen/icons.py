"""The line icons of Lotsen: name to SVG content, drawn on a 24 by 24 grid with a stroke of 2.

Strokes and size come from the class ``l-ic`` of the stylesheet, so that no inline style is needed.
"""

ICONS: dict[str, str] = {
    "arrow": '<path d="M4.5 12h15m-6-6.5 6 6.5-6 6.5"/>',
    "back": '<path d="M19.5 12h-15m6-6.5-6 6.5 6 6.5"/>',
    "bell": '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4"/>',
    "bike": '<circle cx="6" cy="16" r="3.7"/><circle cx="18" cy="16" r="3.7"/>'
    '<path d="m6 16 3.5-7.5h6L18 16M9.5 8.5 13 16H6M8 8.5h3M15 6h2.5"/>',
    "building": '<path d="M5 20.5V4h9v16.5M14 9.5h5v11M3 20.5h18M8 8h3M8 12h3M8 16h3"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8"/>',
    "chart": '<path d="M4 20h16M7 20v-7M12 20V5M17 20v-10"/>',
    "check": '<path d="m4.5 12.5 5 5 10-11"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.5 2"/>',
    "close": '<path d="m5.5 5.5 13 13m0-13-13 13"/>',
    "download": '<path d="M12 4v11m-5-4.5 5 5 5-5M4.5 20h15"/>',
    "edit": '<path d="m5 19 1-4L16.5 4.5l3 3L9 18zM14 7l3 3"/>',
    "file": '<path d="M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12h6M9 16h6"/>',
    "heart": '<path d="M12 20s-7.5-4.6-7.5-10A4.2 4.2 0 0 1 12 7.6 4.2 4.2 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z"/>',
    "help": '<circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="3.6"/>'
    '<path d="m5.7 5.7 3.7 3.7m5.2 5.2 3.7 3.7m0-12.6-3.7 3.7m-5.2 5.2-3.7 3.7"/>',
    "home": '<path d="M3.5 11.5 12 4l8.5 7.5M6 9.8V20h12V9.8"/>',
    "house": '<path d="M3.5 11.5 12 4l8.5 7.5M6 9.8V20h12V9.8M10 20v-5.5h4V20"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5v.6"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="m11 12 8-8m-3.5 3.5 3 3M14 9l2 2"/>',
    "list": '<path d="M8.5 6h12M8.5 12h12M8.5 18h12M3.5 6h.1M3.5 12h.1M3.5 18h.1"/>',
    "lock": '<path d="M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11M12 15v2"/>',
    "mail": '<path d="M3 6h18v12.5H3zM3.5 6.5 12 13.5l8.5-7"/>',
    "map": '<path d="m3.5 6 5.5-2 6 2 5.5-2v14l-5.5 2-6-2-5.5 2zM9 4v14M15 6v14"/>',
    "message": '<path d="M4 5h16v11H10l-4.5 4v-4H4z"/>',
    "offline": '<path d="M7 18.5a4.2 4.2 0 0 1-.3-8.4 5.5 5.5 0 0 1 10.6 1.2 3.7 3.7 0 0 1-.3 7.2zM4 4l16 17"/>',
    "pair": '<circle cx="8" cy="8" r="3"/><circle cx="16" cy="8" r="3"/>'
    '<path d="M2.5 19c.3-3.5 2.5-5.5 5.5-5.5 1.6 0 3 .6 4 1.7 1-1.1 2.4-1.7 4-1.7 3 0 5.2 2 5.5 5.5"/>',
    "people": '<circle cx="8.5" cy="8.5" r="3.2"/><circle cx="16.8" cy="9.5" r="2.5"/>'
    '<path d="M2.5 19.5c.4-3.6 2.8-5.5 6-5.5s5.6 1.9 6 5.5M16 14.5c3 0 5 1.5 5.5 4.5"/>',
    "person": '<circle cx="12" cy="8" r="3.8"/><path d="M4.5 20.5c.5-4 3.5-6.3 7.5-6.3s7 2.3 7.5 6.3"/>',
    "phone": '<path d="M6.5 3.5h3l1.6 4.2-2.1 1.6a12.5 12.5 0 0 0 5.7 5.7l1.6-2.1 4.2 1.6v3'
    'c0 1.1-.9 2-2 2A15 15 0 0 1 4.5 5.5c0-1.1.9-2 2-2z"/>',
    "pin": '<path d="M9 3.5h6l-1 6 3.5 4h-11L10 9.5zM12 13.5V21"/>',
    "place": '<path d="M12 21s6.5-6.2 6.5-11.2a6.5 6.5 0 0 0-13 0C5.5 14.8 12 21 12 21z"/>'
    '<circle cx="12" cy="9.7" r="2.3"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 8.5V4h10v4.5M6 16.5H3.5v-8h17v8H18M7 14h10v6H7z"/>',
    "question": '<circle cx="12" cy="12" r="8.5"/>'
    '<path d="M9.5 9.7a2.5 2.5 0 1 1 3.7 2.2c-.8.5-1.2 1-1.2 2M12 16.7v.6"/>',
    "ramp": '<path d="M3 19.5h18L21 10zM8 8.5h.1M7 11.5l4 1"/>',
    "screen": '<path d="M3 6h18v11.5H3zM8 21h8"/>',
    "redo": '<path d="m15.5 5 4.5 4.5-4.5 4.5M19.5 9.5H10a5.5 5.5 0 0 0 0 11h5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "seedling": '<path d="M12 20.5v-7M12 13.5c-4 0-6-2-6-5.5 4 0 6 2 6 5.5z'
    'M12 11c0-3.5 2-5.5 6-5.5 0 3.5-2 5.5-6 5.5z"/>',
    "settings": '<path d="M4 7h9m4 0h3M4 17h3m4 0h9"/><circle cx="15" cy="7" r="2.3"/><circle cx="9" cy="17" r="2.3"/>',
    "shield": '<path d="M12 3.5 19 6v6c0 4.2-3 7.2-7 8.7C8 19.2 5 16.2 5 12V6zM9 12l2.2 2.2L15.2 10"/>',
    "signs": '<path d="M8 12V5.5a1.5 1.5 0 0 1 3 0V11m0-1V4.5a1.5 1.5 0 0 1 3 0V11m0-4.5a1.5 1.5 0 0 1 3 0V14'
    'c0 4-2 6.5-5.5 6.5-3 0-4.5-1.5-6-4.5l-2-3.8a1.5 1.5 0 0 1 2.5-1.5l2 2.3"/>',
    "stairs": '<path d="M3.5 20h4.3v-4.3H12v-4.3h4.3V7h4.2"/>',
    "star": '<path d="m12 4 2.4 5.2 5.6.7-4.1 3.9 1.1 5.6-5-2.8-5 2.8 1.1-5.6L4 9.9l5.6-.7z"/>',
    "stop": '<rect x="6" y="6" width="12" height="12" rx="1.5"/>',
    "undo": '<path d="M8.5 5 4 9.5 8.5 14M4.5 9.5H14a5.5 5.5 0 0 1 0 11H9"/>',
    "upload": '<path d="M12 15.5V4.5m-5 5 5-5 5 5M4.5 20h15"/>',
    "van": '<path d="M2.5 16.5v-10h11v10M13.5 9.5h4l3.5 3.7v3.3M2.5 16.5h2.2M9.3 16.5h5.4M19.3 16.5H21"/>'
    '<circle cx="7" cy="17" r="2.2"/><circle cx="17" cy="17" r="2.2"/>',
    "warning": '<path d="M12 4 21.5 20h-19zM12 10v4.5M12 17v.6"/>',
    "wifi": '<path d="M3.5 9.5a12.5 12.5 0 0 1 17 0M6.5 13a8 8 0 0 1 11 0M9.5 16.3a3.7 3.7 0 0 1 5 0M12 19.5h.1"/>',
}

# Team marks on an 18 by 18 grid: the shape says which team it is, the colour only helps.
SHAPES: tuple[str, ...] = (
    '<circle cx="9" cy="9" r="8"/>',
    '<rect x="1.5" y="1.5" width="15" height="15" rx="1.5"/>',
    '<path d="M9 0 18 9 9 18 0 9z"/>',
    '<path d="M9 1 17.5 16.5H.5z"/>',
    '<path d="M5 1.5h8L17.5 9 13 16.5H5L.5 9z"/>',
    '<path d="M6.5 1h5v5.5H17v5h-5.5V17h-5v-5.5H1v-5h5.5z"/>',
)
SHAPE_NAMES: tuple[str, ...] = ("Kreis", "Quadrat", "Raute", "Dreieck", "Sechseck", "Kreuz")
