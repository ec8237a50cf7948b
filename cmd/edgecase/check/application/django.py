# Prints the routes of a Django project as JSON, for edgecase: python -c THIS MANAGE_PY. It runs manage.py up to the point
# where that hands over to Django, sets Django up, and walks the URL patterns. Whatever the project prints goes to stderr.
import ast
import functools
import inspect
import json
import os
import runpy
import sys
import traceback

MARK = "edgecase-routes:"
MAX_ROUTES = 100000
out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def finish(document):
    out.write("\n" + MARK + json.dumps(document) + "\n")
    out.flush()
    os._exit(0)  # threads of the project do not hold us up


def fail(stage, error):
    frames = traceback.extract_tb(error.__traceback__)
    lines = traceback.format_list([f for f in frames if f.filename != "<string>" and not f.filename.startswith("<frozen ")])
    lines += traceback.format_exception_only(type(error), error)
    finish({
        "stage": stage, "type": type(error).__name__, "message": str(error)[:2000],
        "module": getattr(error, "name", None) if isinstance(error, ImportError) else None,
        "traceback": "".join(lines)[-8000:],
        "python": "%d.%d.%d" % sys.version_info[:3], "executable": sys.executable,
    })


class HandedOver(BaseException):
    """manage.py has called Django."""


def hand_over(*args, **kwargs):
    raise HandedOver


def no_network(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        host = args[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = (args[0],)
    elif event == "socket.bind":
        host = ("",) if isinstance(args[1], tuple) else args[1]
    else:
        return
    if not isinstance(host, tuple):
        return  # a socket in the file system
    name = host[0].decode("ascii", "replace") if isinstance(host[0], bytes) else host[0]
    if name in ("localhost", "::1") or str(name).startswith("127."):
        return
    raise ConnectionRefusedError("edgecase lets the project open no connection while it lists its URLs")


def no_database(*args, **kwargs):
    from django.db.utils import OperationalError
    raise OperationalError("edgecase lets the project use no database while it lists its URLs")


def set_up(manage):
    folder = os.path.dirname(os.path.abspath(manage))
    sys.path[0] = folder
    sys.argv = [manage, "check"]
    sys.dont_write_bytecode = True
    import django
    import django.core.management as management
    management.execute_from_command_line = hand_over
    management.ManagementUtility.execute = hand_over
    from django.db.backends.base.base import BaseDatabaseWrapper
    BaseDatabaseWrapper.connect = BaseDatabaseWrapper.ensure_connection = no_database
    try:
        runpy.run_path(manage, run_name="__main__")
    except HandedOver:
        pass
    else:
        raise RuntimeError("manage.py ended without calling Django's execute_from_command_line")
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        raise RuntimeError("manage.py does not set DJANGO_SETTINGS_MODULE")
    django.setup()
    return django.get_version()


# Regular expressions: an example that one takes, and its pattern with "*" for what varies.

try:
    from re import _parser as sre_parse  # Python 3.11
except ImportError:
    import sre_parse

CATEGORIES = {
    "CATEGORY_DIGIT": lambda c: c.isdigit(),
    "CATEGORY_NOT_DIGIT": lambda c: not c.isdigit(),
    "CATEGORY_WORD": lambda c: c.isalnum() or c == "_",
    "CATEGORY_NOT_WORD": lambda c: not (c.isalnum() or c == "_"),
    "CATEGORY_SPACE": lambda c: c.isspace(),
    "CATEGORY_NOT_SPACE": lambda c: not c.isspace(),
}
CANDIDATES = "1xX-_.~0abcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWYZ23456789!$&'()*+,;=:@/ "


def takes(op, value, c):
    """Whether one item of a parsed expression takes a character."""
    op = str(op)
    if op == "LITERAL":
        return ord(c) == value
    if op == "NOT_LITERAL":
        return ord(c) != value
    if op == "ANY":
        return True
    if op == "RANGE":
        return value[0] <= ord(c) <= value[1]
    if op == "CATEGORY":
        return CATEGORIES.get(str(value), lambda c: False)(c)
    if op == "IN":
        negated = bool(value) and str(value[0][0]) == "NEGATE"
        found = any(takes(o, v, c) for o, v in (value[1:] if negated else value))
        return found != negated
    return False


SINGLE = ("LITERAL", "NOT_LITERAL", "ANY", "IN", "RANGE", "CATEGORY")


class Example:
    """An example of an expression while it is made: texts, each with whether it varies."""

    def __init__(self):
        self.parts = []
        self.groups = {}

    def text(self):
        return "".join(t for t, _ in self.parts)

    def pattern(self):
        out = ""
        for text, varies in self.parts:
            if not varies:
                out += text
            elif not out.endswith("*"):
                out += "*"
        return out

    def add(self, items, varies=False, name=None):
        items = list(items)
        if name and len(items) == 1 and self.named(items[0], name):
            return
        for op, value in items:
            self.item(str(op), op, value, varies)

    def named(self, item, name):
        """A group that takes its own name is given that: /users/username/."""
        op, value = item
        if str(op) not in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return False
        least, most, inner = value
        inner = list(inner)
        if len(inner) != 1 or str(inner[0][0]) not in SINGLE:
            return False
        words = ["1"] if name in ("pk", "id") or name.endswith("_id") or name.endswith("_pk") else []
        for word in words + [name]:
            if least <= len(word) <= most and all(takes(inner[0][0], inner[0][1], c) for c in word):
                self.parts.append((word, True))
                return True
        return False

    def item(self, name, op, value, varies):
        if name == "LITERAL":
            self.parts.append((chr(value), varies))
        elif name in SINGLE:
            self.parts.append((next((c for c in CANDIDATES if takes(op, value, c)), "x"), True))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = value
            inner = list(inner)
            optional = least == 0
            times = max(least, 1) if most else 0
            fixed = len(inner) == 1 and str(inner[0][0]) == "LITERAL" and most == 1
            if optional and not fixed and not any(str(o) in SINGLE for o, _ in inner):
                times = 0  # (?:\.json)? and the like are left out
            for _ in range(min(times, 64)):
                self.add(inner, varies or not fixed)
        elif name == "SUBPATTERN":
            group = self.groups.get(value[0])
            self.add(value[-1], varies or group is not None, group)
        elif name == "ATOMIC_GROUP":
            self.add(value, varies)
        elif name == "BRANCH":
            branches = [list(b) for b in value[1] if list(b)]
            if branches:
                self.add(branches[0], True)
        elif name == "GROUPREF":
            self.parts.append(("x", True))
        # AT (^ and $), ASSERT and ASSERT_NOT take nothing.


@functools.lru_cache(maxsize=None)
def example_of(regex):
    parsed = sre_parse.parse(regex)
    e = Example()
    state = getattr(parsed, "state", None) or parsed.pattern
    e.groups = {number: name for name, number in state.groupdict.items()}
    e.add(parsed)
    return e.text(), e.pattern(), frozenset(e.groups.values())


# Where things stand.

def place_of(thing):
    try:
        thing = inspect.unwrap(thing)
        while isinstance(thing, functools.partial):
            thing = inspect.unwrap(thing.func)
        if inspect.isclass(thing):
            file = inspect.getsourcefile(thing)
            for number, line in enumerate(source_lines(file), 1):
                words = line.split()
                if words[:1] == ["class"] and line.split("class", 1)[1].strip().startswith(thing.__name__):
                    return [file, number]
            return [file, 0]
        code = getattr(thing, "__code__", None) or getattr(getattr(type(thing), "__call__", None), "__code__", None)
        if code is not None:
            return [code.co_filename, code.co_firstlineno]
    except Exception:
        pass
    return ["", 0]


@functools.lru_cache(maxsize=None)
def source_lines(file):
    try:
        with open(file, encoding="utf-8", errors="replace") as f:
            return tuple(f.read(4 << 20).splitlines())
    except OSError:
        return ()


@functools.lru_cache(maxsize=None)
def calls_of(file):
    """The lines of a file that begin with path("..."), by that text."""
    lines = {}
    try:
        tree = ast.parse("\n".join(source_lines(file)))
    except (SyntaxError, ValueError, RecursionError):
        return lines
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if isinstance(first, ast.Call) and first.args:
            first = first.args[0]  # path(_("about/"), ...)
        if name in ("path", "re_path", "url") and isinstance(getattr(first, "value", None), str):
            lines.setdefault(first.value, []).append(node.lineno)
    return lines


def declared_at(module, pattern):
    """The line of path(), where it can be told: its text is there once."""
    file = getattr(module, "__file__", None)
    if not file:
        return ["", 0]
    lines = calls_of(file).get(str(pattern), [])
    return [file, lines[0]] if len(lines) == 1 else [file, 0]


# Methods.

STANDARD = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]


def wrappers(view):
    """A view and everything that its decorators have wrapped."""
    seen = 0
    while view is not None and seen < 50:
        yield view
        seen += 1
        view = view.func if isinstance(view, functools.partial) else getattr(view, "__wrapped__", None)


def required_methods(view):
    """What require_http_methods and its like let through; None without one."""
    allowed = None
    for f in wrappers(view):
        for g in [f] + decorators_of(f):
            names = enclosed(g, "request_method_list")
            if isinstance(names, (list, tuple, set, frozenset)):
                names = {str(n).upper() for n in names}
                allowed = names if allowed is None else allowed & names
    return allowed


def enclosed(function, name):
    """A variable that a function has from where it was made."""
    code = getattr(function, "__code__", None)
    try:
        return function.__closure__[code.co_freevars.index(name)].cell_contents
    except Exception:
        return None


def decorators_of(function):
    """What method_decorator puts around a method when it is called."""
    found = enclosed(function, "decorators") or enclosed(function, "decorator") or []
    return list(found) if isinstance(found, (list, tuple)) else [found]


def compared_methods(view):
    """The methods that a function compares request.method with: it has an answer to them."""
    found = set()
    try:
        target = inspect.unwrap(view)
        file, line = target.__code__.co_filename, target.__code__.co_firstlineno
        tree = functions_of(file)
        body = tree.get(line) or tree.get((target.__name__, None))
        for node in ast.walk(body) if body is not None else ():
            if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "method":
                for other in ast.walk(node):
                    if isinstance(other, ast.Constant) and isinstance(other.value, str) and other.value.upper() in STANDARD:
                        found.add(other.value.upper())
    except Exception:
        pass
    return found


@functools.lru_cache(maxsize=None)
def functions_of(file):
    found = {}
    try:
        tree = ast.parse("\n".join(source_lines(file)))
    except (SyntaxError, ValueError, RecursionError):
        return found
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno] + [d.lineno for d in node.decorator_list])
            found[first] = found[node.lineno] = node
    return found


def class_of(view):
    for f in wrappers(view):
        cls = getattr(f, "view_class", None) or getattr(f, "cls", None)
        if inspect.isclass(cls):
            return f, cls
    return None, None


def methods_of(view):
    """The methods that a view takes for sure, and those that it may take."""
    f, cls = class_of(view)
    required = required_methods(view)
    if cls is not None:
        initial = getattr(f, "view_initkwargs", None) or getattr(f, "initkwargs", None) or {}
        names = initial.get("http_method_names") or getattr(cls, "http_method_names", None) or []
        names = [str(n).lower() for n in names]
        actions = getattr(f, "actions", None)
        sure = {n.upper() for n in names if n in actions} if actions else {n.upper() for n in names if hasattr(cls, n)}
        if "GET" in sure and "head" in names:
            sure.add("HEAD")
        in_dispatch = required_methods(getattr(cls, "dispatch", None))
        if in_dispatch is not None:
            sure &= in_dispatch
        may = {"OPTIONS"} if "options" in names else set()
        for n in STANDARD:  # what a class has from Django only, nobody has asked for
            owner = next((c for c in cls.__mro__ if n.lower() in c.__dict__), None)
            if owner is None or actions:
                continue
            inherited = owner.__module__.startswith(("django.", "rest_framework."))
            if n == "OPTIONS" and inherited or owner.__name__ == "RedirectView" and n not in ("GET", "HEAD"):
                may.add(n)
                sure.discard(n)
            if n == "PUT" and owner.__name__ == "ProcessFormView":
                may.add(n)
                sure.discard(n)
        if actions:
            sure.discard("OPTIONS")
    else:
        sure = compared_methods(view)
        if sure & {"GET"}:
            sure.add("HEAD")
        may = {"GET", "HEAD", "OPTIONS", "POST"}
        if required is not None:
            sure, may = required | ({"HEAD"} & required), set()
    if required is not None:
        sure, may = sure & required, may & required
    return sorted(sure & set(STANDARD)), sorted((may - sure) & set(STANDARD))


# The walk.

class Walk:
    def __init__(self):
        self.routes = []
        self.notes = []
        self.skipped = 0

    def urls(self, resolver, module, path, pattern, names, admin, language, included=("", 0)):
        from django.urls import URLResolver
        own = getattr(resolver, "urlconf_module", None)
        if hasattr(own, "__file__"):
            module = own
        for p in resolver.url_patterns:
            if len(self.routes) >= MAX_ROUTES:
                return
            text, star, groups = self.component(p.pattern, language)
            if text is None:
                continue
            if isinstance(p, URLResolver):
                at = self.place(module, p, included, admin)
                self.urls(p, module, path + text, pattern + star, names + ([p.namespace] if p.namespace else []),
                          admin or p.app_name == "admin", language, at)
            else:
                at = self.place(module, p, included, admin)
                self.one(p, at, path + text, pattern + star, groups, names, admin)

    @staticmethod
    def place(module, p, included, admin):
        """The line of path(), or of the include that it came by."""
        at = ["", 0]
        if not admin and type(p.pattern).__name__ != "LocalePrefixPattern":
            at = declared_at(module, p.pattern)
            if any(part in ("site-packages", "dist-packages") for part in at[0].split(os.sep)):
                at = at if not included[1] else list(included)  # the project's own line says more
        return at if at[1] or not included[1] else list(included)

    def component(self, pattern, language):
        if type(pattern).__name__ == "LocalePrefixPattern":
            from django.conf import settings
            if language == settings.LANGUAGE_CODE and not pattern.prefix_default_language:
                return "", "", frozenset()
            return language + "/", language + "/", frozenset()
        try:
            return example_of(pattern.regex.pattern)
        except Exception as error:
            self.skipped += 1
            self.notes.append("%s: %s" % (str(pattern)[:100], str(error)[:100]))
            return None, None, frozenset()

    def one(self, p, at, path, pattern, groups, names, admin):
        view = p.callback
        _, cls = class_of(view)
        if "format" in groups and cls is not None and cls.__module__ and hasattr(cls, "renderer_classes"):
            return  # users.json, beside users/
        sure, may = methods_of(view)
        kind = ""
        if admin:
            kind = "admin"
            sure, may = self.admin_methods(p.name)
        elif view_module(view) in ("django.views.static", "django.contrib.staticfiles.views"):
            kind, sure, may = "static", ["GET", "HEAD"], []
        self.routes.append({
            "path": "/" + path, "pattern": "/" + pattern, "methods": sure, "assumed": may, "kind": kind,
            "name": ":".join(names + [p.name]) if p.name else "",
            "at": at, "view": place_of(cls or view),
        })

    @staticmethod
    def admin_methods(name):
        name = name or ""
        if name == "login" or name.endswith(("_add", "_change", "_delete", "_changelist", "_password_change")) or name == "password_change":
            return ["GET", "HEAD", "POST"], []
        return ["GET", "HEAD"], ["POST"]


def view_module(view):
    try:
        return inspect.unwrap(view).__module__
    except Exception:
        return ""


def languages():
    """The languages whose prefixes are listed: the default one, and others where the project itself names a few."""
    from django.conf import global_settings, settings
    names = [settings.LANGUAGE_CODE]
    if settings.LANGUAGES is not global_settings.LANGUAGES and len(settings.LANGUAGES) <= 12:
        names += [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return names


def has_prefix(resolver, depth=0):
    for p in resolver.url_patterns:
        if type(p.pattern).__name__ == "LocalePrefixPattern":
            return True
    return False


def sockets(walk):
    """The routes of the ASGI application that are not Django's: WebSockets, and HTTP that Channels takes itself."""
    from django.conf import settings
    name = getattr(settings, "ASGI_APPLICATION", None)
    if not name:
        return
    try:
        from django.utils.module_loading import import_string
        application = import_string(name)
    except Exception as error:
        walk.notes.append("%s cannot be imported, so that its WebSockets are not known: %s" % (name, str(error)[:200]))
        return
    mapping = getattr(application, "application_mapping", None)
    if not isinstance(mapping, dict):
        return
    for protocol in ("websocket", "http"):
        router = inner_router(mapping.get(protocol))
        if router is not None:
            channel_routes(walk, router, "", "", protocol, 0)


def inner_router(application):
    for _ in range(30):
        if application is None or hasattr(application, "routes"):
            return application
        application = next((getattr(application, a) for a in ("inner", "application", "app") if hasattr(application, a)), None)
    return None


def channel_routes(walk, router, path, pattern, protocol, depth):
    for route in router.routes:
        text, star, _ = walk.component(route.pattern, "")
        if text is None or depth > 30:
            continue
        target = getattr(route, "callback", None)
        inner = inner_router(target)
        if inner is not None:
            channel_routes(walk, inner, path + text, pattern + star, protocol, depth + 1)
            continue
        consumer = getattr(target, "consumer_class", None)
        if protocol == "http" and consumer is None:
            continue  # Django itself, most of all
        at = ["", 0]
        for name in list(sys.modules):
            module = sys.modules.get(name)
            if module is not None and getattr(module, "__dict__", None) and any(
                    isinstance(v, list) and any(r is route for r in v) for v in list(module.__dict__.values())):
                at = declared_at(module, route.pattern)
                break
        walk.routes.append({
            "path": "/" + path + text, "pattern": "/" + pattern + star,
            "methods": ["GET"] if protocol == "websocket" else [], "assumed": [] if protocol == "websocket" else ["GET", "HEAD", "OPTIONS", "POST"],
            "kind": "websocket" if protocol == "websocket" else "", "name": getattr(route, "name", None) or "",
            "at": at, "view": place_of(consumer or target),
        })


def static_prefixes(walk):
    from django.conf import settings
    for name in ("STATIC_URL", "MEDIA_URL"):
        url = getattr(settings, name, None)
        if isinstance(url, str) and url.startswith("/") and url.strip("/"):
            walk.routes.append({
                "path": url.rstrip("/") + "/x", "pattern": url.rstrip("/") + "/*", "methods": ["GET", "HEAD"], "assumed": [], "kind": "static",
                "name": name, "at": ["", 0], "view": ["", 0],
            })


def main():
    manage = sys.argv[1]
    if hasattr(sys, "addaudithook"):  # Python 3.8
        sys.addaudithook(no_network)
    try:
        version = set_up(manage)
    except BaseException as error:  # SystemExit, too: some manage.py end that way
        fail("setup", error)
    try:
        from django.conf import settings
        from django.urls import get_resolver
        from django.utils import translation
        walk = Walk()
        resolver = get_resolver()
        resolver.url_patterns
        for language in languages() if has_prefix(resolver) else [settings.LANGUAGE_CODE]:
            with translation.override(language):
                walk.urls(resolver, None, "", "", [], False, language)
        sockets(walk)
        static_prefixes(walk)
    except BaseException as error:
        fail("urls", error)
    finish({
        "routes": walk.routes, "notes": walk.notes[:20], "django": version, "settings": os.environ["DJANGO_SETTINGS_MODULE"],
        "urlconf": settings.ROOT_URLCONF, "truncated": len(walk.routes) >= MAX_ROUTES,
    })


main()
