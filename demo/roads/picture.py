"""Draws a map file as a picture, to be looked at: `python -m demo.roads town.png`. Needs matplotlib (extra `dev`)."""

from matplotlib import pyplot

from machikado.engines.roads.words import Network

STYLE = {
    "motorway": ("#2f6f4f", 2.6),
    "motorway_link": ("#2f6f4f", 1.2),
    "trunk": ("#b3261e", 2.4),
    "secondary": ("#c77700", 1.8),
    "tertiary": ("#8a8a00", 1.4),
    "unclassified": ("#555555", 0.8),
    "residential": ("#7a7a7a", 0.7),
    "footway": ("#3b6fb6", 0.6),
}


def picture(network: Network, file: str, box: tuple[float, float, float, float] | None = None) -> None:
    """Write a picture of the roads, of a box (west, south, east, north) or of everything."""
    figure, axes = pyplot.subplots(figsize=(12, 12), dpi=110)
    for way in network.ways:
        colour, width = STYLE.get(way.tags["highway"], ("#000000", 0.5))
        nodes = list(way.nodes)
        style = "--" if "motor_vehicle:conditional" in way.tags else "-"
        axes.plot(network.lon[nodes], network.lat[nodes], color=colour, linewidth=width, linestyle=style)
        if "oneway" in way.tags and way.tags["highway"] == "residential":
            axes.plot(network.lon[nodes], network.lat[nodes], color="#1f8fd6", linewidth=1.4)
    signals = list(network.node_tags)
    axes.plot(network.lon[signals], network.lat[signals], "o", color="#b3261e", markersize=3)
    if box:
        axes.set(xlim=(box[0], box[2]), ylim=(box[1], box[3]))
    axes.set_aspect(1.24)
    axes.ticklabel_format(useOffset=False)
    figure.savefig(file, bbox_inches="tight")
    pyplot.close(figure)
