use comfy_table::{ContentArrangement, LineStyle, Table, presets};

/// Where no terminal tells its width.
const WIDTH: u16 = 120;

/// An empty table as wide as the terminal of stderr, or of stdout.
pub(crate) fn new<const N: usize>(header: [&str; N]) -> Table {
    with_header(header.map(str::to_owned))
}

/// The same, where the columns are known only when it is made.
pub(crate) fn with_header(header: impl IntoIterator<Item = String>) -> Table {
    let width = terminal_size::terminal_size_of(std::io::stderr())
        .or_else(|| terminal_size::terminal_size_of(std::io::stdout()))
        .map_or(WIDTH, |(width, _)| width.0);
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .set_header(header.into_iter().collect::<Vec<_>>());
    table
}
