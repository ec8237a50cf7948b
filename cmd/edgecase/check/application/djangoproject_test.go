//go:build django

// The reader of Django projects with the real thing.

package application

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// project unpacks a project and returns it; manage.py is the usual one unless the archive has its own.
func project(t *testing.T, archive string) DjangoProject {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	a := txtar.Parse([]byte(archive))
	a.Files = append([]txtar.File{{Name: "manage.py", Data: []byte(usualManage)}, {Name: "site/__init__.py"}}, a.Files...)
	for _, f := range a.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return DjangoProject{Manage: "manage.py", Python: "/usr/bin/python3", Env: noEnv}
}

const usualManage = `import os, sys

def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)

if __name__ == "__main__":
    main()
`

const usualSettings = `
-- shop/__init__.py --
-- shop/settings.py --
print("noise on stdout")
SECRET_KEY = "x"
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
STATIC_URL = "/assets/"
`

func TestDjangoProject(t *testing.T) {
	p := project(t, usualSettings+`
LANGUAGES = [("en", "English"), ("fr", "French")]
LANGUAGE_CODE = "en"
-- shop/urls.py --
import functools
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path, register_converter
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_http_methods
from django.views.generic import RedirectView, TemplateView, View
from django.views.static import serve
from django.utils.decorators import method_decorator

from . import views

class Roman:
    regex = "[IVXLC]{2,4}"
    def to_python(self, value): return value
    def to_url(self, value): return value

register_converter(Roman, "roman")

items = [
    path("", views.ItemList.as_view(), name="list"),
    path("<int:pk>/", views.ItemDetail.as_view(), name="detail"),
    path("<uuid:key>/<slug:slug>/<path:rest>", views.anything, name="deep"),
]

urlpatterns = [
    path("items/", include((items, "items"), namespace="items")),
    path("roman/<roman:n>/", views.anything),
    re_path(r"^archive/(?P<year>[0-9]{4})(?:/(?P<month>\d\d?))?/?$", views.anything),
    re_path(r"^(?:one|two)/x$", views.anything),
    path("post", csrf_exempt(require_POST(views.anything))),
    path("get", require_GET(views.anything)),
    path("some", require_http_methods(["PUT", "delete"])(views.anything)),
    path("compares", views.compares),
    path("only", views.OnlyPost.as_view()),
    path("named", View.as_view(http_method_names=["get", "options"])),
    path("page", TemplateView.as_view(template_name="x.html")),
    path("old", RedirectView.as_view(url="/new")),
    path("partial", functools.partial(views.anything, x=1)),
    path("set/", views.ViewSetLike.as_view({"get": "list", "post": "create"})),
    re_path(r"^set\.(?P<format>[a-z0-9]+)/?$", views.ViewSetLike.as_view({"get": "list", "post": "create"})),
    re_path(r"^files/(?P<path>.*)$", serve, {"document_root": "."}),
    path("healthz", views.anything),
    path("accounts/", include("django.contrib.auth.urls")),
] + i18n_patterns(path(_("about/"), views.anything, name="about"), prefix_default_language=False)
-- shop/views.py --
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import View

def anything(request, **kwargs):
    return HttpResponse()

def compares(request):
    if request.method == "POST":
        return HttpResponse("posted")
    elif request.method in ("PUT", "PATCH"):
        return HttpResponse("put")
    return HttpResponse()

class ItemList(View):
    def get(self, request): return HttpResponse()
    def post(self, request): return HttpResponse()

class ItemDetail(ItemList):
    http_method_names = ["get", "patch", "delete", "options"]
    def patch(self, request, pk): return HttpResponse()

@method_decorator(require_POST, name="dispatch")
class OnlyPost(ItemList):
    pass

class ViewSetLike:
    """What a viewset of the REST framework looks like from outside."""
    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]
    renderer_classes = []
    @classmethod
    def as_view(cls, actions):
        def view(request, **kwargs): return HttpResponse()
        view.cls, view.actions = cls, actions
        return view
    def list(self): pass
    def create(self): pass
`)
	got, err := Django(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	const any = "?GET,HEAD,OPTIONS,POST"
	want := []string{
		any + " /about/ @shop/urls.py:45",
		"GET,HEAD,POST?OPTIONS,PUT /accounts/login/ @shop/urls.py:44",
		any + " /archive/1111/11/ (/archive/*/) @shop/urls.py:29",
		"GET,HEAD /assets/x (/assets/*) static",
		"PATCH,POST,PUT?GET,HEAD,OPTIONS /compares @shop/urls.py:34",
		"GET,HEAD /files/path (/files/*) static @shop/urls.py:42",
		any + " /fr/about/ @shop/urls.py:45",
		"GET /get @shop/urls.py:32",
		any + " /healthz health @shop/urls.py:43",
		"GET,HEAD,POST?OPTIONS /items/ @shop/urls.py:21",
		"GET,PATCH?OPTIONS /items/1/ (/items/*/) @shop/urls.py:22",
		any + " /items/11111111-1111-1111-1111-111111111111/slug/rest (/items/*/*/*) @shop/urls.py:23",
		"?OPTIONS /named @shop/urls.py:36",
		"GET,HEAD?DELETE,OPTIONS,PATCH,POST,PUT /old @shop/urls.py:38",
		any + " /one/x (/*/x) @shop/urls.py:30",
		"POST /only @shop/urls.py:35",
		"GET,HEAD?OPTIONS /page @shop/urls.py:37",
		any + " /partial @shop/urls.py:39",
		"POST /post @shop/urls.py:31",
		any + " /roman/XX/ (/roman/*/) @shop/urls.py:28",
		"GET,HEAD,POST?OPTIONS /set/ @shop/urls.py:40",
		"DELETE,PUT /some @shop/urls.py:33",
	}
	got.List = slices.DeleteFunc(got.List, func(r Route) bool { // one of them is enough
		return strings.HasPrefix(r.Path, "/accounts/") && r.Path != "/accounts/login/"
	})
	if diff := cmp.Diff(want, allInShort(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if left, _ := filepath.Glob("*/__pycache__"); left != nil {
		t.Errorf("Python has left %v", left)
	}
}

// TestDjangoProjectTrouble breaks a project in the ways in which projects are broken.
func TestDjangoProjectTrouble(t *testing.T) {
	urls := func(text string) string { return usualSettings + "-- shop/urls.py --\n" + text }
	tests := []struct {
		name, archive string
		want          string // in the error
		hint          string // in the hint
	}{
		{"settings import", strings.Replace(usualSettings, "SECRET_KEY", "import environ_that_is_not_there\nSECRET_KEY", 1),
			"manage.py: its settings cannot be loaded: ModuleNotFoundError: No module named 'environ_that_is_not_there'", "has no module environ_that_is_not_there; name the Python"},
		{"settings want a variable", strings.Replace(usualSettings, `"x"`, `__import__("os").environ["NOBODY_HAS_SET_THIS"]`, 1),
			"its settings cannot be loaded: KeyError: 'NOBODY_HAS_SET_THIS'", "environment variables"},
		{"settings end the program", usualSettings + "import sys\nsys.exit('no way')\n", "its settings cannot be loaded: SystemExit: no way", "manage.py check"},
		{"no settings module", "-- x --\n", "its settings cannot be loaded: ModuleNotFoundError: No module named 'shop'", "has no module shop"},
		{"syntax", urls("urlpatterns = [\n"), "its URLs cannot be listed: SyntaxError: ", "it was Python 3."},
		{"no URLs", urls("x = 1\n"), "its URLs cannot be listed: ImproperlyConfigured: ", "manage.py check"},
		{"no URLs at all", usualSettings, "its URLs cannot be listed: ModuleNotFoundError: No module named 'shop.urls'", "manage.py check"},
		{"asks the database", urls("from django.contrib.auth.models import User\nurlpatterns = list(User.objects.all())\n"),
			"its URLs cannot be listed: OperationalError: edgecase lets the project use no database", "--routes"},
		{"asks the network", urls("import urllib.request\nurllib.request.urlopen('http://192.0.2.1/')\nurlpatterns = []\n"),
			"edgecase lets the project open no connection", "manage.py check"},
		{"listens", urls("import socket\nsocket.socket().bind(('127.0.0.1', 0))\nurlpatterns = []\n"),
			"ConnectionRefusedError: edgecase lets the project open no connection", "--routes"},
		{"another manage.py", "-- manage.py --\nprint('hello')\n", "its settings cannot be loaded: RuntimeError: manage.py ended without calling Django's execute_from_command_line", ""},
		{"manage.py without settings", "-- manage.py --\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line()\n",
			"RuntimeError: manage.py does not set DJANGO_SETTINGS_MODULE", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("DJANGO_SETTINGS_MODULE", "")
			os.Unsetenv("DJANGO_SETTINGS_MODULE")
			_, err := Django(t.Context(), project(t, tt.archive))
			wrong, ok := err.(*Error)
			if !ok {
				t.Fatalf("error %v", err)
			}
			if !strings.Contains(wrong.Error(), tt.want) || !strings.Contains(wrong.Hint, tt.hint) {
				t.Errorf("got %s\nhint: %s", wrong.Error(), wrong.Hint)
			}
			if n := strings.Count(wrong.Error(), "\n"); n > 14 {
				t.Errorf("%d lines are too many", n)
			}
		})
	}
}
