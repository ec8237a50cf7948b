"""The project's settings, and views that stream and wait on top of it: for serve.py."""

from plane.settings import *  # noqa: F403

ROOT_URLCONF = "wire.urls"
