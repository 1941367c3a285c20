from django.urls import path
from rest_framework.routers import SimpleRouter

from annotation.api import cutouts, joining, owning, prelabel, prompts, revisions, sharing, shots, tasks

router = SimpleRouter(trailing_slash=False)
router.register("tasks", tasks.TaskViewSet, basename="task")
router.register("shots", shots.ShotViewSet, basename="shot")
router.register("prompts", prompts.PromptViewSet, basename="prompt")
router.register("subjects", shots.SubjectViewSet, basename="subject")
router.register("subjects", joining.JoiningViewSet, basename="joining")
router.register("subjects", owning.OwningViewSet, basename="owning")
save = revisions.RevisionViewSet.as_view({"get": "retrieve", "put": "update"})
revision = {name: revisions.RevisionViewSet.as_view({verb: name}) for name, verb in (
    ("planes", "get"), ("restore", "post"), ("unpin", "post"),
)}  # fmt: skip
urlpatterns = [
    path("revisions/<uuid:id>", save, name="revision"),
    *(path(f"revisions/<uuid:id>/{name}", view, name=f"revision-{name}") for name, view in revision.items()),
    path("frames/<uuid:clip>/<int:index>/history", revisions.HistoryView.as_view(), name="history"),
    path("drafts/<uuid:clip>/<int:index>/<uuid:subject>", revisions.DraftView.as_view(), name="draft"),
    path("clips/<uuid:id>/prelabel", prelabel.PrelabelView.as_view(), name="clip-prelabel"),
    path("clips/<uuid:id>/repeats/share", sharing.ShareRepeatsView.as_view(), name="clip-share-repeats"),
    path("shots/<uuid:id>/cutouts", cutouts.CutoutsView.as_view(), name="shot-cutouts"),
    path("cutouts/<uuid:id>", cutouts.CutoutView.as_view(), name="cutout"),
    *router.urls,
]
