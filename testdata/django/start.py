#!/usr/bin/python3
"""Serve the project with Daphne: HTTP, server-sent events and WebSockets on one port, after the database is ready.

An administrator is made of DJANGO_SUPERUSER_USERNAME, DJANGO_SUPERUSER_EMAIL and DJANGO_SUPERUSER_PASSWORD, if they are given.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plane.settings")


def prepare():
    """Bring the database up to date."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    name = os.environ.get("DJANGO_SUPERUSER_USERNAME")
    if name:
        from django.contrib.auth.models import User

        if not User.objects.filter(username=name).exists():
            call_command("createsuperuser", interactive=False, verbosity=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free one")
    args = parser.parse_args()
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    prepare()

    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server
    from plane.asgi import application

    class Announcing(Server):
        """Daphne, which says where it listens in a line that programs can read."""

        def listen_success(self, port):
            super().listen_success(port)
            at = port.getHost()
            print(f"listening on {at.host}:{at.port}", flush=True)

    Announcing(
        application,
        endpoints=build_endpoint_description_strings(host=args.host, port=args.port),
        server_name="daphne",
        websocket_handshake_timeout=20,
    ).run()


if __name__ == "__main__":
    main()
