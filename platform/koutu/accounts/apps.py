from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "koutu.accounts"
    verbose_name = "People"
