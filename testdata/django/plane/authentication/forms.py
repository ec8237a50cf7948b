"""Sign-up and upload."""

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User


class SignUpForm(UserCreationForm):
    """An account whose user name is the e-mail address."""

    username = None
    email = forms.EmailField(max_length=150)  # as long as a user name may be
    field_order = ["email", "password1", "password2"]

    class Meta:
        model = User
        fields = ["email"]

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(username=email).exists():
            raise forms.ValidationError("There is an account with this address.")
        return email

    def save(self, commit=True):
        user = super().save(commit=False)
        user.username = user.email
        if commit:
            user.save()
        return user


class AttachmentForm(forms.Form):
    file = forms.FileField(max_length=200)
