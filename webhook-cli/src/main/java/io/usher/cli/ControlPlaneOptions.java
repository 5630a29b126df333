package io.usher.cli;

import io.usher.certs.PemFile;
import io.usher.manifest.ControlPlane;
import io.usher.parts.ConfiguredParts;
import io.usher.rule.Door;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is written for the machines of the control plane, in the place of a cluster's objects. */
final class ControlPlaneOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--for-apiserver",
      description =
          "write what makes kube-apiserver ask the server's doors: kubeconfigs,"
              + " AuthenticationConfiguration, AuthorizationConfiguration, flags")
  private boolean forApiServer;

  @Option(
      names = "--static-pod",
      description = "write a Pod that a kubelet runs before there is an API server")
  private boolean staticPod;

  @Option(
      names = "--static",
      description =
          "write webhook configurations that kube-apiserver reads from its disk, Kubernetes 1.36 with"
              + " feature gate ManifestBasedAdmissionControlConfig, and flags")
  private boolean staticAdmission;

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "https://127.0.0.1:8443",
      description = "where kube-apiserver reaches the server (default: ${DEFAULT-VALUE})")
  private URI server;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "/etc/kubernetes/usher",
      description =
          "where these files and the certificates are on a machine of the control plane (default:"
              + " ${DEFAULT-VALUE})")
  private String folder;

  @Option(
      names = "--authenticate",
      paramLabel = "NAME",
      description = "the door that tells who bears a token: /authenticate/NAME")
  private @Nullable String authenticate;

  @Option(
      names = "--authorize",
      paramLabel = "NAME",
      description = "the door that tells who may do what: /authorize/NAME")
  private @Nullable String authorize;

  @Option(
      names = "--doors",
      split = ",",
      paramLabel = "FILE",
      description =
          "the server's files of ready-made rules: where these or --rules are given, they must have"
              + " the doors that --authenticate and --authorize name")
  private List<Path> files = List.of();

  @Option(
      names = "--issuer",
      paramLabel = "URL=AUDIENCE",
      description = "an issuer whose JWTs kube-apiserver takes itself; several times for several")
  private List<String> issuers = List.of();

  @Option(
      names = "--issuer-ca",
      paramLabel = "FILE",
      description =
          "the CA of the issuers' certificates, PEM; without it those count that the machine trusts")
  private @Nullable Path issuerAuthority;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "the CA of the server's certificate, PEM, for --static")
  private @Nullable Path authority;

  /** They are written to one folder each. */
  void requireOneKind() {
    if (Stream.of(forApiServer, staticPod, staticAdmission).filter(each -> each).count() > 1) {
      throw new ParameterException(
          spec.commandLine(), "--for-apiserver, --static-pod and --static: give one of them");
    }
    if (!files.isEmpty() && !forApiServer) {
      throw new ParameterException(
          spec.commandLine(),
          "--doors is for --for-apiserver; a server that is generated has its rules in its image");
    }
  }

  boolean forApiServer() {
    return forApiServer;
  }

  boolean staticPod() {
    return staticPod;
  }

  /** Whether webhook configurations on the disk of kube-apiserver are wanted. */
  boolean isStatic() {
    return staticAdmission;
  }

  ControlPlane plane(String name) {
    return new ControlPlane(name, server, folder);
  }

  /** The files of ready-made rules. */
  List<Path> files() {
    return files;
  }

  /**
   * Says when kube-apiserver would be pointed at a door that is not there.
   *
   * @param rules whose rules the server has beside the ready-made ones
   */
  void checkDoors(List<WebhookRegistration> rules) {
    SortedSet<String> there = new TreeSet<>(ConfiguredParts.doorPaths(files));
    for (WebhookRegistration webhook : rules) {
      Stream.of(Door.values()).filter(webhook::has).map(webhook::path).forEach(there::add);
    }
    check("--authenticate", Door.AUTHENTICATION, authenticate, there);
    check("--authorize", Door.AUTHORIZATION, authorize, there);
  }

  private void check(String option, Door door, @Nullable String name, SortedSet<String> there) {
    if (name != null && !there.contains(door.path(name))) {
      throw new ParameterException(
          spec.commandLine(),
          "%s %s: neither --rules nor --doors have %s; %s"
              .formatted(
                  option,
                  name,
                  door.path(name),
                  there.isEmpty()
                      ? "they have no doors"
                      : "they have " + String.join(", ", there)));
    }
  }

  ControlPlane.Doors doors() throws IOException {
    return new ControlPlane.Doors(
        authenticate,
        authorize,
        issuers.stream().map(ControlPlane.Issuer::parse).toList(),
        issuerAuthority == null ? null : certificates("--issuer-ca", issuerAuthority));
  }

  String authority() throws IOException {
    if (authority == null) {
      throw new ParameterException(spec.commandLine(), "--static needs --ca FILE");
    }
    return certificates("--ca", authority);
  }

  private String certificates(String option, Path file) throws IOException {
    byte[] pem = Files.readAllBytes(file);
    try {
      // Read here: what is no certificate would stop kube-apiserver.
      new PemFile(file.toString(), pem).certificates();
    } catch (GeneralSecurityException e) {
      throw new ParameterException(spec.commandLine(), option + " " + e.getMessage(), e);
    }
    return new String(pem, StandardCharsets.US_ASCII);
  }
}
