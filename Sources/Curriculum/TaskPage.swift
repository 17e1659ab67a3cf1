/// `docs/tasks.md`, made of the families' own descriptions so that it cannot become untrue.
public enum TaskPage {
  /// The page in Markdown.
  public static var text: String {
    let descriptions = ProceduralTasks.descriptions
    return head + table(descriptions) + styles
      + descriptions.map { section(of: $0) }.joined(separator: "\n")
  }

  private static let head = """
    # Worlds to learn in

    Families of tasks that are made on the fly: the same seed gives the same tasks on every machine. Each has levels of
    difficulty, a verifier, and worked solutions at three lengths. All are short printable ASCII, so that a model of a
    million parameters with a character tokenizer can learn them in minutes.

    ```sh
    apus tasks list
    apus tasks show gcd
    apus tasks sample gcd --difficulty 2-4 --count 1000 --style branching --out gcd.jsonl
    apus train Recipes/quickstart.yaml --set data.train.path=gcd.jsonl --set data.held_out.task=gcd
    ```

    In a recipe:

    ```yaml
    data:
      train: {task: gcd, difficulty: [2, 4]}    # lowest and highest, drawn evenly
      teacher: {style: branching, slip_rate: 0.1}
    ```

    One prompt in eight, by a hash of its text, is held out and never trained on. A sample holds the very tasks that a
    recipe with that family, difficulty and seed trains on, in that order; `--held-out` gives the others. So a sample has
    nothing to be measured on in it, and `data.held_out.task` names the family that has. Its rows have the columns
    `question`, `answer`, `solution`, `data_source` (the family, which names the verifier), `verifier`, `difficulty` and
    `id`.


    """

  private static let styles = """

    ## Styles

    `data.teacher.style` says how the solutions are written that SFT imitates. The steps and the answer are the same.

    | style | writes | something to act on for |
    |---|---|---|
    | `concise` | the steps that are needed | longer horizons: there is room to grow |
    | `verbose` | each step spelled out before it, `check: …` after it | length penalties and budgets: there is something to leave out |
    | `branching` | some steps wrong at first, then `no: …` and the right step; half of the steps with `check: …` | entropy methods: at many places more than one thing can come next |
    | `mixed` | what `concise` writes and a part of what `verbose` adds; which share of it is drawn for each solution | budgets of tokens: one problem has right answers of many lengths |

    A third of the steps that can go wrong do so in `branching`, at least one in each solution. `data.teacher.slip_rate`
    is the probability of a mistake that is *not* noticed, at each place where a family knows one; it is the same in
    every style, and the checks behind it are written as if nothing had happened.

    ## Families

    The comment at the head of each family's file in `Sources/Curriculum/Tasks` says how its problems are drawn and where
    a teacher slips. Below, one problem of the lowest default difficulty.


    """

  private static func table(_ descriptions: [TaskDescription]) -> String {
    var lines = [
      "| family | subject | what is asked | difficulty (default) | verifier |", "|---|---|---|---|---|",
    ]
    for subject in TaskSubject.allCases {
      lines += descriptions.filter { $0.subject == subject }.map {
        "| [`\($0.name)`](#\($0.name)) | \(subject.rawValue) | \($0.summary.lowercasedFirst) | "
          + "\($0.difficultyUnit), \($0.difficulties.text) (\($0.defaultDifficulties.text)) | "
          + "[`\($0.verifier)`](verifiers.md#\($0.verifier)) |"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func section(of description: TaskDescription) -> String {
    var lines = ["### \(description.name)", ""]
    lines += [description.summary + ".", "", "```"]
    if let first = description.examples.first {
      lines += ["prompt        \(first.instance.prompt)", "ground truth  \(first.instance.groundTruth)"]
    }
    for example in description.examples {
      lines += ["", "\(example.style.rawValue):", example.instance.solution]
    }
    return (lines + ["```", ""]).joined(separator: "\n")
  }
}
