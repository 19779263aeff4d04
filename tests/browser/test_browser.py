"""The browser itself: it runs, and the accessibility rules can find something."""


def test_axe_finds_an_image_without_words(page, axe):
    page.set_content("<html lang=de><title>T</title><main><h1>Bild</h1><img src='data:,'></main></html>")
    assert "image-alt" in axe(page)


def test_axe_finds_nothing_on_a_good_page(page, axe):
    page.set_content("<html lang=de><title>T</title><main><h1>Bild</h1><p>Ein Satz.</p></main></html>")
    assert axe(page) == ""
