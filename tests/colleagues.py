"""Second people of each trade, whom only tests need: one more of every role, so that each colleague can be asked."""

from collections.abc import Mapping

from demo.cast import PARTS, SHOP, Cast, Part, enter
from machikado.town.common import clock
from machikado.town.people.models import Role

COLLEAGUES: Mapping[str, Part] = {
    "kobayashi": Part("小林", "となり", ("こばやし", "となり"), roles=(Role.COORDINATOR,)),
    "maruyama": Part("丸山", "むかい", ("まるやま", "むかい"), roles=(Role.LEADER,)),
    "shimojima": Part("下島", "ていりゅう", ("しもじま", "ていりゅう"), roles=(Role.TRANSPORT,)),
    "ota": Part("太田", "つぎ", ("おおた", "つぎ"), roles=(Role.DRIVER,)),
    "yanagisawa": Part("柳沢", "みせばん", ("やなぎさわ", "みせばん"), client_of=SHOP),
}
EVERYBODY: Mapping[str, Part] = {**PARTS, **COLLEAGUES}


def with_colleagues(cast: Cast) -> Cast:
    """The cast and their colleagues, who come into the same town."""
    now = clock.real_now()
    more = {slug: enter(slug, part, cast.shops, now) for slug, part in COLLEAGUES.items()}
    return Cast({**cast.persons, **more}, cast.shops)
