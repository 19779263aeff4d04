from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import post, post_in

urlpatterns: list[URLPattern] = [
    path("post/", post.post, name="post"),
    path("post/auftrag/", post.make_run, name="print-run-new"),
    path("post/auftrag/<int:pk>/", post.run_page, name="print-run"),
    path("post/auftrag/<int:pk>/stand/", post.run_state, name="print-run-state"),
    path("post/auftrag/<int:pk>.pdf", post.run_file, name="print-run-file"),
    path("post/auftrag/<int:pk>/<str:verb>/", post.run_act, name="print-run-act"),
    path("post/brief/<uuid:pk>.pdf", post.letter_file, name="letter"),
    path("post/brief/<uuid:pk>/<str:verb>/", post.letter_act, name="letter-act"),
    path("post/eingang/", post_in.incoming, name="incoming"),
    path("post/eingang/<str:reference>/<str:slug>/", post_in.take, name="post-in"),
    path("hotline/vorgang/<str:reference>/vorschlag/", post_in.proposal, name="propose"),
    path("hotline/vorgang/<str:reference>/vorschlag/antwort/", post_in.proposal_answer, name="proposal-answer"),
]
