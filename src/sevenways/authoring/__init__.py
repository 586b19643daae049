"""Content to products: the percent files in content/ become notebooks/, labs/ and solutions/.

`python -m sevenways.authoring build` writes them, `check` proves that what is committed is what the sources
say, byte for byte. `python -m sevenways.authoring.doctor` looks at the machine instead. Nothing else in the
package imports this room, and it needs the development dependencies (`make setup` installs them).
"""
