// SPDX-License-Identifier: Apache-2.0
#include "config/fields.hpp"
#include "config/schema.hpp"
#include "config/value.hpp"

namespace ringcast::config {
namespace {

constexpr std::string_view kHead =
    R"md(<!-- Made from the settings table: `ringcast schema --markdown > docs/config.md` -->
# Configuration

`ringcast.json` is JSON in which comments (`// ...` and `/* ... */`) are allowed. This is enough:

```json
{ "listen": [{"port": 8000}],
  "auth": {"source": {"user": "source", "password": "hackme"},
           "admin": {"user": "admin", "password": "hackme"}},
  "stations": [{"mount": "/live"}] }
```

`ringcast check --config FILE` says what is wrong with a file: where, which value, what was
expected. Unknown and repeated keys are refused. `ringcast schema` prints a JSON Schema for editors.
A longer file with comments is `docs/ringcast.example.json`.

- **Sizes** are a number and one of `B`, `KiB`, `MiB`, `GiB` (powers of 1024), `KB`, `MB`, `GB`
  (powers of 1000), such as `"64KiB"`. A bare number is bytes.
- **Durations** are a number and one of `ms`, `s`, `min`, `h`, such as `"1.5s"`. A bare number is
  seconds.
- **0** switches a limit or time-out off where "0 (off)" stands under *Accepts*.
- **Texts** are UTF-8 without control characters. Files are relative to the working directory.
- **Reload** says when a changed value holds: *live* (at once, for what is connected too), *new
  connections* (for sources and listeners that connect from then on) or *restart*.
)md";

/// What the docs call the section: "Top level", "`limits`".
std::string title_of(const Section& section) {
    return section.path.empty() ? "Top level" : '`' + std::string(section.path) + '`';
}

std::string default_cell(const Field& field, Slot slot) {
    if (field.required) {
        return "required";
    }
    return field.default_text.empty() ? '`' + to_json(field, slot) + '`'
                                      : std::string(field.default_text);
}

std::string accepts_cell(const Field& field, Slot slot) {
    std::string text(type_name(slot));
    text += field.unit.empty() ? "" : " (" + std::string(field.unit) + ")";
    return text + ": " + allowed(field, slot);
}

std::string row(const Field& field, Slot slot) {
    return "| `" + std::string(key_of(field.path)) + "` | " + default_cell(field, slot) + " | " +
           accepts_cell(field, slot) + " | " + std::string(to_string(field.reload)) + " | " +
           std::string(field.text) + " |\n";
}

}  // namespace

std::string config_markdown() {
    Config sample;
    sample.stations.resize(1);
    std::string text(kHead);
    for (const Section& section : sections()) {
        text += "\n## " + title_of(section) + "\n\n";
        text += section.text.empty() ? "" : std::string(section.text) + "\n";
        std::string rows;
        for (const Field& field : fields()) {
            if (section.rows.empty() && belongs(field, section)) {
                rows += row(field, slot_in(field, sample));
            }
        }
        if (!rows.empty()) {
            text += section.text.empty() ? "" : "\n";
            text +=
                "| Key | Default | Accepts | Reload | Meaning |\n|---|---|---|---|---|\n" + rows;
        }
    }
    return text;
}

}  // namespace ringcast::config
