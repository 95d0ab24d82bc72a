use super::{PURCHASES, delimited, map, read_all, shown};

#[test]
fn delimited_with_quotes_blank_lines_crlf_and_a_byte_order_mark() {
    let content = "\u{feff}customer,date,amount\r\n\r\n1,2026-05-03,10.00\r\n\n\"2\",\"2026-05-03\",\"0.5\"\n\"3\n\",2026-05-04,7\n4,2026-05-04,8";
    assert_eq!(
        shown(content, &delimited()),
        ["3 shop:1 1000", "5 shop:2 50", "6 shop:3 700", "8 shop:4 800"]
    );
}

#[test]
fn delimited_without_header_by_another_delimiter() {
    let text = format!(
        "format = \"delimited\"\ndelimiter = \"\\t\"\nheader = false\ncolumns = [\"customer\", \"date\", \"amount\"]\n{PURCHASES}"
    );
    assert_eq!(shown("1\t2026-05-03\t1.00\n", &map(&text)), ["1 shop:1 100"]);
}

#[test]
fn a_row_of_another_width_and_an_open_quote_are_refused_and_the_rest_goes_on() {
    let content =
        "customer,date,amount\n1,2026-05-03\n2,2026-05-03,1,1\n3,2026-05-03,3\n\"4,2026\n";
    assert_eq!(
        shown(content, &delimited()),
        [
            "2 2 cells, expected 3",
            "3 4 cells, expected 3",
            "4 shop:3 300",
            "5 a quote is opened and never closed"
        ]
    );
}

#[test]
fn bytes_that_are_no_text_and_endless_lines_are_refused_and_the_rest_goes_on() {
    let mut content = b"customer,date,amount\n1,2026-05-03,\xff\n".to_vec();
    content.extend(std::iter::repeat_n(b'x', (1 << 20) + 10));
    content.extend(b"\n2,2026-05-03,2\n");
    assert_eq!(
        shown(content, &delimited()),
        ["2 the line is not UTF-8", "3 the line is longer than 1048576 bytes", "4 shop:2 200"]
    );
}

#[test]
fn fixed_places_skipped_lines_and_a_line_cut_off() {
    let text = format!(
        "format = \"fixed\"\nskip_lines = 1\ncolumns = [{{ name = \"customer\", from = 2, to = 6 }}, {{ name = \"date\", from = 8, to = 17 }}, {{ name = \"amount\", from = 18, to = 24 }}]\n{PURCHASES}"
    );
    let content = " heading\r\n 00001 2026-05-03  11.77\r\n\r\n 00002 2026-05-03  11.\r\n 0000\u{e9} 2026-05-03  11.7\r\n";
    assert_eq!(
        shown(content, &map(&text)),
        [
            "2 shop:00001 1177",
            "4 the line ends inside column `amount`",
            "5 column `customer` begins or ends inside a character"
        ]
    );
}

#[test]
fn apart_by_blanks() {
    let text = format!(
        "format = \"fixed\"\nwhitespace = true\ncolumns = [\"customer\", \"date\", \"amount\"]\n{PURCHASES}"
    );
    let content = "  1  2026-05-03   1.5 \n\n2 2026-05-03\n";
    assert_eq!(shown(content, &map(&text)), ["1 shop:1 150", "3 2 cells, expected 3"]);
}

#[test]
fn json_lines_by_dotted_paths_keep_the_text_of_numbers() {
    let text = format!(
        "format = \"json-lines\"\ncolumns = [\"customer\", \"date\", \"value.amount\"]\n{}",
        PURCHASES.replace("\"amount\" }", "\"value.amount\" }")
    );
    let content = concat!(
        r#"{"customer": "a\u0062", "other": {"x": [1, "}"]}, "value": {"amount": 0.10, "x": 1}, "date": "2026-05-03"}"#,
        "\n\n",
        r#"{"customer": 7, "date": "2026-05-03", "value": null}"#,
        "\n[1]\n",
        r#"{"customer": 7"#,
        "\n",
    );
    let shown = shown(content, &map(&text));
    assert_eq!(shown[..3], ["1 shop:ab 10", "3 shop:7 -1", "4 the line is not a JSON object"]);
    assert!(shown[3].starts_with("5 not JSON: "), "{shown:?}");
}

#[test]
fn blank_lines_are_refused_where_the_map_says_so() {
    let text = format!(
        "format = \"fixed\"\nwhitespace = true\nskip_blank = false\ncolumns = [\"customer\", \"date\", \"amount\"]\n{PURCHASES}"
    );
    assert_eq!(shown("\n1 2026-05-03 1\n", &map(&text)), ["1 the line is blank", "2 shop:1 100"]);
}

#[test]
fn a_missing_header_and_a_missing_file_end_the_import() {
    let empty = read_all("", &delimited()).unwrap_err().to_string();
    assert!(empty.contains("the file is empty"), "{empty}");
    let path = std::path::Path::new("no/such/file.csv");
    let Err(missing) = crate::import::rows::Rows::open(path, &delimited()) else { panic!() };
    assert!(missing.to_string().starts_with("no/such/file.csv: "), "{missing}");
}
