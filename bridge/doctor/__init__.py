"""`changebridge doctor`: what is deployed, or about to be, held against what the project needs.

`subject` finds what there is to look at, each other module looks at one part of it, `examination` asks them all.
Nothing is ever changed, and nothing but metadata is read: no item, no event, no parcel of the quarantine.
"""
