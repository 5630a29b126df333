package io.usher.apiserver.authn;

import io.usher.apiserver.file.BadFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of a CSV file (RFC 4180) as Go's {@code encoding/csv} reads it, with which
 * kube-apiserver reads these files: empty lines are skipped, blanks and {@code #} count. An error
 * never quotes the file, which holds secrets.
 *
 * @param line where it begins, counted from 1
 * @param fields at least one
 */
record CsvRecord(int line, List<String> fields) {

  CsvRecord {
    fields = List.copyOf(fields);
  }

  static List<CsvRecord> parse(Path path, String text) throws BadFileException {
    return new Reader(path, text.replace("\r\n", "\n")).records();
  }

  private static final class Reader {
    private final Path path;
    private final String text;
    private int at;
    private int line = 1;

    Reader(Path path, String text) {
      this.path = path;
      this.text = text;
    }

    List<CsvRecord> records() throws BadFileException {
      var records = new ArrayList<CsvRecord>();
      while (at < text.length()) {
        if (text.charAt(at) == '\n') {
          at++;
          line++;
        } else {
          records.add(record());
        }
      }
      return records;
    }

    private CsvRecord record() throws BadFileException {
      int begin = line;
      var fields = new ArrayList<String>();
      do {
        fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
      } while (nextIs(','));
      if (nextIs('\n')) {
        line++;
      }
      return new CsvRecord(begin, fields);
    }

    private String plain() throws BadFileException {
      int begin = at;
      while (!atEndOfField()) {
        if (text.charAt(at++) == '"') {
          throw bad("a \" in a field that does not begin with one: quote the whole field");
        }
      }
      return text.substring(begin, at);
    }

    private String quoted() throws BadFileException {
      int begin = line;
      var field = new StringBuilder();
      at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '\n') {
          line++;
        }
        if (c != '"' || nextIs('"')) {
          field.append(c);
        } else if (atEndOfField()) {
          return field.toString();
        } else {
          throw bad("text after the \" that closes a field: write \"\" for a \" within it");
        }
      }
      throw new BadFileException(path, begin, "a \" opens a field and none closes it");
    }

    private boolean atEndOfField() {
      return at == text.length() || text.charAt(at) == ',' || text.charAt(at) == '\n';
    }

    private boolean nextIs(char c) {
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private BadFileException bad(String problem) {
      return new BadFileException(path, line, problem);
    }
  }
}
