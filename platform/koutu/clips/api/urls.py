from django.urls import path
from rest_framework.routers import SimpleRouter

from koutu.clips.api import duplicates, media, readings, rights, suggestions, tus, uploads, views, watches

router = SimpleRouter(trailing_slash=False)
router.register("shows", views.ShowViewSet, basename="show")
router.register("clips", views.ClipViewSet, basename="clip")
urlpatterns = [
    path("clips/<uuid:id>/strip", media.StripView.as_view(), name="clip-strip"),
    path("clips/<uuid:id>/proxy", media.ProxyView.as_view(), name="clip-proxy"),
    path("clips/<uuid:id>/proxy/map", media.ProxyMapView.as_view(), name="clip-proxy-map"),
    path("clips/<uuid:id>/frames/<int:index>", media.FrameFileView.as_view(), name="frame-file"),
    path("clips/<uuid:id>/frames/<int:index>/thumb", media.ThumbView.as_view(), name="frame-thumb"),
    path("uploads", tus.UploadsView.as_view(), name="uploads"),
    path("uploads/room", uploads.RoomView.as_view(), name="upload-room"),
    path("uploads/<uuid:id>", tus.UploadView.as_view(), name="upload"),
    path("uploads/<uuid:id>/finish", uploads.FinishView.as_view(), name="upload-finish"),
    path("uploads/<uuid:id>/keep", uploads.KeepView.as_view(), name="upload-keep"),
    path("clips/<uuid:id>/duplicates", duplicates.DuplicatesView.as_view(), name="clip-duplicates"),
    path("clips/<uuid:id>/duplicates/<uuid:pair>", duplicates.DuplicateView.as_view(), name="clip-duplicate"),
    path("clips/<uuid:id>/survey", suggestions.SurveyView.as_view(), name="clip-survey"),
    path("clips/<uuid:id>/survey/<uuid:suggestion>", suggestions.SuggestionView.as_view(), name="clip-suggestion"),
    path("clips/<uuid:id>/voids", suggestions.VoidsView.as_view(), name="clip-voids"),
    path("clips/<uuid:id>/voids/<uuid:area>", suggestions.VoidView.as_view(), name="clip-void"),
    path("projects/<uuid:id>/reading", readings.ReadingView.as_view(), name="project-reading"),
    path("shows/<uuid:id>/rights", rights.LedgerView.as_view(), name="show-rights"),
    path("shows/<uuid:id>/rights/<uuid:right>/withdraw", rights.WithdrawView.as_view(), name="right-withdraw"),
    path("shows/<uuid:id>/watches", watches.WatchesView.as_view(), name="show-watches"),
    path("shows/<uuid:id>/watches/<uuid:watch>", watches.WatchView.as_view(), name="watch"),
    path(
        "shows/<uuid:id>/watches/<uuid:watch>/files/<uuid:file>/keep", watches.KeepFileView.as_view(), name="watch-keep"
    ),
    path("shows/<uuid:id>/touched", rights.TouchedView.as_view(), name="show-touched"),
    path("shows/<uuid:id>/cast", rights.CastView.as_view(), name="show-cast"),
    path("shows/<uuid:id>/cast/<uuid:cast>", rights.OneCastView.as_view(), name="cast"),
    *router.urls,
]
