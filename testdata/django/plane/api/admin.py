from django.contrib import admin

from .models import Attachment


@admin.register(Attachment)
class AttachmentAdmin(admin.ModelAdmin):
    list_display = ["name", "owner", "size", "received"]
    readonly_fields = ["size", "sha256", "received"]
    search_fields = ["name"]
