from django.urls import path
from rest_framework.routers import SimpleRouter

from koutu.jobs.api import views

router = SimpleRouter(trailing_slash=False)
router.register("jobs", views.JobViewSet, basename="job")
urlpatterns = [path("activity", views.ActivityView.as_view(), name="activity"), *router.urls]
