# run with --max-seconds=0.05
while true { }
