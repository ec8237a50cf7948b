package application

import (
	"testing"
)

// FuzzDjangoAnswer holds the reader of a project's answer against its promises: whatever a project prints, routes are sound.
func FuzzDjangoAnswer(f *testing.F) {
	f.Add("noise\n" + djangoMark + `{"routes":[{"path":"/u/1/","pattern":"/u/*/","methods":["GET"],"assumed":[],"kind":"","name":"u","at":["u.py",3],"view":["",0]}]}` + "\n")
	f.Add("\n" + djangoMark + `{"stage":"setup","type":"KeyError","message":"x","traceback":"a\nb"}` + "\n")
	f.Add("\n" + djangoMark + `{"routes":[{"path":"x","at":[]}]}` + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		a, found := readAnswer([]byte(text))
		if !found {
			return
		}
		if a.Stage != "" {
			if err := (DjangoProject{Manage: "manage.py"}).explain(a); err == nil || err.Error() == "" {
				t.Error("trouble is no error")
			}
			return
		}
		wantSound(t, a.routes("manage.py"))
	})
}
