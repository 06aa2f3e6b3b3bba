"""`python -m demo.roads FILE`: write the sample town's map as .osm, or as a picture where FILE ends in .png or .svg."""

import sys
from pathlib import Path

from demo.roads import town_map
from machikado.engines.roads import read
from machikado.engines.roads.words import Kind

if __name__ == "__main__":
    file = Path(sys.argv[1])
    if file.suffix == ".osm":
        file.write_bytes(town_map())
    else:
        from demo.roads.picture import picture

        picture(read(town_map(), Kind.XML), str(file))
