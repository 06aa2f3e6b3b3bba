"""Facts that every app shares: the diary and its seals, stored files, chores, places, search keys, idempotency."""

from django.db import models
from django.db.models import Q

from machikado.town.common.codes import CodeField


class Event(models.Model):
    """One row of the diary: who did what, about what, when. Append-only; ids, codes and numbers, never names."""

    kind = models.CharField(max_length=60)
    v = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=8)
    actor_person = models.BigIntegerField(null=True)
    actor_machine = models.BigIntegerField(null=True)
    actor_organisation = models.BigIntegerField(null=True)
    for_person = models.BigIntegerField(null=True)
    noun = models.CharField(max_length=20, help_text="what it is about …")
    code = models.CharField(max_length=20, help_text="… and which one")
    visibility = models.CharField(max_length=8)
    data = models.JSONField()
    detail_digest = models.CharField(max_length=64, blank=True, help_text="salted SHA-256 of the erasable detail")

    class Meta:
        indexes = [models.Index(fields=["noun", "code", "id"], name="event_about")]


class Detail(models.Model):
    """Names and free text of an event. Erasable: its digest stays in the chain."""

    event_id = models.BigIntegerField(primary_key=True)
    salt = models.CharField(max_length=32)
    body = models.JSONField()


class Unsealed(models.Model):
    """Events that the sealer has not reached yet; written with the event, removed with its seal."""

    event_id = models.BigIntegerField(primary_key=True)


class Seal(models.Model):
    """The gap-free order of committed events and the hash that chains each to the last. Append-only."""

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)


class Reader(models.Model):
    """How far one reader of the diary (reactions, outbox, key figures) has come, by `seq`."""

    name = models.CharField(max_length=80, primary_key=True)
    seq = models.BigIntegerField(default=0)


class StoredFile(models.Model):
    """Bytes under their SHA-256. After retention the bytes go and this row stays."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)


class FileUse(models.Model):
    """One place where a stored file is used. Permission hangs on the use, never on the bytes."""

    code = CodeField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="uses")
    noun = models.CharField(max_length=20, help_text="a key of settings.FILE_DOORS: who may read it")
    noun_id = models.BigIntegerField(help_text="the row that it belongs to")
    name = models.CharField(max_length=200, help_text="how it is called when downloaded")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["noun", "noun_id"], name="file_use_of")]


class ChoreBeat(models.Model):
    """The sign of life of a running chore; without one for long, the reaper hands the chore out again."""

    result_id = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=1)


class Effect(models.Model):
    """Idempotency of chores: written in the transaction of the effect, so that a second run changes nothing."""

    key = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()


class Ticked(models.Model):
    """When each periodic duty of the worker last began."""

    name = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()


class Answered(models.Model):
    """Idempotency of the API: the answer given to a key, and the digest of the request that it was given for."""

    key = models.CharField(max_length=120)
    holder = models.CharField(max_length=40, help_text="whose key: a token's prefix")
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "key"], name="answered_once")]


class Place(models.Model):
    """A place of the gazetteer: a name that people say, with its reading, address and position (WGS 84)."""

    code = CodeField()
    kind = models.CharField(max_length=20, help_text="area, station, landmark …")
    name = models.CharField(max_length=120)
    kana = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    source = models.CharField(max_length=200, blank=True, help_text="credit")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "address"], name="place_once"),
            models.CheckConstraint(
                condition=Q(lat__gte=20, lat__lte=46, lon__gte=122, lon__lte=154), name="place_is_in_japan"
            ),
        ]


class Alias(models.Model):
    """Another name under which a place is known."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    kana = models.CharField(max_length=200, blank=True)


class SearchKey(models.Model):
    """A normalised key of a thing that can be searched for: NFKC, kana, variant characters and addresses folded."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    noun_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key", "noun_id"], name="search_key_once")]
        indexes = [models.Index(fields=["kind", "key"], name="search_by_key")]
