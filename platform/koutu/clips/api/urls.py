from django.urls import path
from rest_framework.routers import SimpleRouter

from koutu.clips.api import media, views

router = SimpleRouter(trailing_slash=False)
router.register("shows", views.ShowViewSet, basename="show")
router.register("clips", views.ClipViewSet, basename="clip")
urlpatterns = [
    path("clips/<uuid:id>/strip", media.StripView.as_view(), name="clip-strip"),
    path("clips/<uuid:id>/frames/<int:index>", media.FrameFileView.as_view(), name="frame-file"),
    path("clips/<uuid:id>/frames/<int:index>/thumb", media.ThumbView.as_view(), name="frame-thumb"),
    *router.urls,
]
