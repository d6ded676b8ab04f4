"""Requests as Morango syncs them: one row each, in the partition of one counter."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.db import models
from morango.models.core import SyncableModel
from morango.models.manager import SyncableModelManager

_NAMESPACE = uuid.UUID(int=1)


class _Syncable(SyncableModel):
    morango_profile = "loket_bench"

    class Meta:
        abstract = True


class _AccountManager(SyncableModelManager, UserManager):
    """Morango's manager that can also look users up."""


class Account(AbstractBaseUser, _Syncable):
    """Who may have a certificate signed: Morango asks for a user of the server."""

    morango_model_name = "account"
    USERNAME_FIELD = "username"
    username = models.CharField(max_length=40, unique=True)
    is_superuser = models.BooleanField(default=False)
    objects = _AccountManager()

    def calculate_source_id(self, *_args, **_kwargs):
        return uuid.uuid5(_NAMESPACE, self.username).hex

    def calculate_partition(self, *_args, **_kwargs):
        return "account"

    def has_morango_certificate_scope_permission(self, _scope, _params):
        return self.is_superuser


class Request(_Syncable):
    """One filed request. `content` holds what has no column of its own."""

    morango_model_name = "request"
    counter = models.CharField(max_length=32)
    code = models.CharField(max_length=20)
    service = models.CharField(max_length=20)
    status = models.CharField(max_length=20)
    content = models.JSONField()

    def calculate_source_id(self, *_args, **_kwargs):
        return None

    def calculate_partition(self, *_args, **_kwargs):
        return f"{self.counter}:requests"
