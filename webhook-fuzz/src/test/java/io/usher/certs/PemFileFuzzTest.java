package io.usher.certs;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.GeneralSecurityException;

/** Whatever is in a file, the answer is what it holds or one kind of exception. */
class PemFileFuzzTest {

  @FuzzTest
  void certificates(byte[] file) {
    try {
      new PemFile("file", file).certificates();
    } catch (GeneralSecurityException e) {
      return;
    }
  }

  @FuzzTest
  void privateKey(byte[] file) {
    try {
      new PemFile("file", file).privateKey();
    } catch (GeneralSecurityException e) {
      return;
    }
  }
}
