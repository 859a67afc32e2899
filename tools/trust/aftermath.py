"""What must hold after a command that changes a store was stopped, by whatever."""
import program
import state


class Aftermath:
    def __init__(self, strata, folder):
        """folder: for a table of one row."""
        self.strata = strata
        self.small = f"{folder}/small.csv"
        with open(self.small, "w") as table:
            table.write("url_from,url_to\nhttps://a.example/,https://b.example/\n")

    def look(self, work, command, done, allowed, after, piecewise=False):
        """Problems, and what the store said. It must be sound, and say one of what is `allowed` (piecewise: each snapshot, and file of figures,
        may be of another one); then the command must go through (`done`: also exit
        statuses that say that there is nothing left to do), leave what is said `after` it, and nothing in staging. Where nothing ({}) is allowed
        there may be no store yet.
        """
        problems, found = [], None
        checked = self.strata.run("--store", work, "verify")
        if checked.status == 66 and {} in allowed:
            found = {}
        elif checked.status != 0:
            problems.append(f"verify: {program.name(checked.status)} {(checked.out + checked.err).decode(errors='replace')}")
        else:
            found = state.of_store(work)
            if found not in allowed and not (piecewise and state.is_piecewise(found, allowed)):
                problems.append("neither as before nor as after: " + state.differences(found, allowed[0]))
        again = self.strata.run(*program.words(command, work))
        if again.status not in done:
            problems.append(f"run again: {program.name(again.status)} {again.err.decode(errors='replace')}")
        else:
            try:
                left = state.of_store(work)
            except (OSError, ValueError) as error:
                problems.append(f"run again, it left what can't be read: {error}")
            else:
                if left != after:
                    problems.append("run again, it left other files: " + state.differences(left, after))
            # A command that has stored figures has cleared up beside them; one that found nothing to do hasn't looked.
            if again.status == 0 and state.unfinished_figures(work):
                problems.append(f"left in figures: {state.unfinished_figures(work)}")
        # Who finds nothing to do doesn't clear up; the next writer does.
        if state.leftovers(work):
            cleared = self.strata.run("--store", work, "import", "csv", self.small, "--date", "1999-01-01")
            if cleared.status != 0:
                problems.append(f"the next writer: {program.name(cleared.status)} {cleared.err.decode(errors='replace')}")
        if state.leftovers(work):
            problems.append(f"left in staging: {state.leftovers(work)}")
        return problems, found
