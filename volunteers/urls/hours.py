from __future__ import annotations

from django.urls import URLPattern, path

from volunteers.views import allowances, certificate_check, courses, expenses

urlpatterns: list[URLPattern] = [
    path("koordination/kurse/", courses.courses, name="courses"),
    path("koordination/kurse/<int:pk>/", courses.course, name="course"),
    path("koordination/kurse/<int:pk>/<str:verb>/", courses.course_act, name="course-act"),
    path("lotse/ich/kurse/", courses.own_courses, name="own-courses"),
    path("lotse/ich/kurse/<int:pk>/<str:verb>/", courses.own_course_act, name="own-course-act"),
    path("koordination/auslagen/", expenses.expenses, name="expenses"),
    path("koordination/auslagen/auszahlen/", expenses.pay, name="expenses-pay"),
    path("koordination/auslagen/liste/<int:pk>.csv", expenses.payment_list, name="payment-list"),
    path("koordination/auslagen/<int:pk>/<str:verb>/", expenses.expense_act, name="expense-act"),
    path("lotse/ich/auslagen/", expenses.own_expenses, name="own-expenses"),
    path("koordination/pauschalen/", allowances.allowances, name="allowances"),
    path("koordination/pauschalen/<str:key>/", allowances.allowance, name="allowance"),
    path("koordination/pauschalen/<str:key>/streichen/<int:pk>/", allowances.strike, name="allowance-strike"),
    path("lotse/ich/pauschalen/", allowances.own_allowances, name="own-allowances"),
    path("lotse/ich/pauschalen/streichen/<int:pk>/", allowances.own_strike, name="own-allowance-strike"),
    path("bescheinigung/", certificate_check.check, name="certificate-check"),
    path("bescheinigung/<str:token>/", certificate_check.code, name="certificate-code"),
]
