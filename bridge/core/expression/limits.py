"""The bounds of the expression language. They are ours: JMESPath itself states none.

Each keeps one promise: no rule, and no item, can make an evaluation run out of stack, memory or digits.
"""

#: Longest expression, in characters. The official suite's longest has 623.
MAX_LENGTH = 4096

#: Deepest nesting of an expression: of its parentheses, brackets and calls, and of the tree it makes.
#: The official suite nests 105 deep (104 projections); a level costs at most three Python frames of the 1,000 allowed.
MAX_DEPTH = 128

#: Longest text that a function makes, in characters. EventBridge and SNS carry 1 MiB at most.
MAX_TEXT = 1_048_576

#: Most characters that the JSON of one value has which a rule makes: of an event's data, of a list in it. Two images of
#: 400 KB each, every byte written as six (`\u0000`), have fewer; no target carries an eighth of it without claim check.
MAX_MADE = 8 * MAX_TEXT

#: Elements of a list up to which what is made of each need not be measured.
FEW = 16

#: Most elements that `[]` makes.
MAX_ELEMENTS = 1_000_000

#: Most values that one comparison looks at: more than an item of 400 KB can hold.
MAX_COMPARED = 250_000

#: Significant digits of arithmetic: those of a DynamoDB number.
DIGITS = 38

#: Deepest value that is looked up by its parts. Items nest 32 levels, documents of `eval` 128.
MAX_NESTING = 160
