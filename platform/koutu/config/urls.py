"""Addresses: API, health, admin; all else is the single page."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from koutu.config import health, page

api = [
    path("", include("koutu.accounts.api.urls")),
    path("", include("koutu.jobs.api.urls")),
    path("", include("koutu.clips.api.urls")),
    path("", include("annotation.api.urls")),
    path("", include("koutu.releases.api.urls")),
    path("", include("koutu.config.home.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/", include(api)),
    path("_allauth/", include("allauth.headless.urls")),
    re_path(r"^(?!api/|static/|admin/|_allauth/).*$", page.single_page, name="page"),
]
