"""Files that users have sent."""

import hashlib

from django.conf import settings
from django.db import models


class Attachment(models.Model):
    """What is kept of a file: not the bytes, but enough to see that all of them arrived."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    received = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-received", "-id"]

    def __str__(self):
        return self.name

    @classmethod
    def of(cls, owner, file):
        """Take in an uploaded file."""
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        return cls.objects.create(owner=owner, name=file.name, size=file.size, sha256=digest.hexdigest())
