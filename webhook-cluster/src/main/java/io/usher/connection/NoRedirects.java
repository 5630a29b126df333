package io.usher.connection;

import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpClient;

/**
 * Makes clients that follow no redirect, whatever fabric8 sets: what is behind the API server's
 * proxy would lead them, and the server's token, where it likes.
 */
final class NoRedirects extends JdkHttpClientFactory {

  @Override
  protected HttpClient.Builder createNewHttpClientBuilder() {
    HttpClient.Builder builder = super.createNewHttpClientBuilder();
    return (HttpClient.Builder)
        Proxy.newProxyInstance(
            HttpClient.Builder.class.getClassLoader(),
            new Class<?>[] {HttpClient.Builder.class},
            (same, method, arguments) -> {
              if (method.getName().equals("followRedirects")) {
                return same;
              }
              try {
                Object result = method.invoke(builder, arguments);
                return result == builder ? same : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
