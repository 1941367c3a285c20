from django.urls import path

from koutu.config.home import views

urlpatterns = [path("home", views.HomeView.as_view(), name="home")]
