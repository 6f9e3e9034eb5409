# A bigram model of names: counts, probabilities, the loss of the data, samples.
names = ["emma", "olivia", "ava", "mia", "anna", "noah", "nora"]
letters = sort(".aehilmnorv")
pairs = concat([zip(join([".", n]), join([n, "."])) for n in names])
count(a, b) = len([p for p in pairs if p == [a, b]])
counts = [[count(a, b) + 0.01 for b in letters] for a in letters]
P = [row / sum(row) for row in counts]
loss = -mean([log(P[index(letters, a)][index(letters, b)]) for a, b in pairs])
print len(pairs), "pairs, loss", loss
#= 35 pairs, loss 0.995326
follow(c) = choice(letters, P[index(letters, c)])
spell(c) = "" if c == "." else join([c, spell(follow(c))])
seed 2
repeat 4 { print spell(follow(".")) }
#= ora
#= nooa
#= noa
#= emrlia
