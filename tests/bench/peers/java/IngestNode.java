import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.index.VersionType;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestService;
import org.opensearch.ingest.Pipeline;
import org.opensearch.ingest.common.IngestCommonPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * The ingest node of OpenSearch 2.19, the engine that Elasticsearch's was until 7.10: it takes one
 * event through a pipeline again and again, from JSON to JSON, in one thread. The first line of
 * the input is the pipeline, the second the event; for every further line it works for a second
 * and writes what that was. IngestNode FOLDER.
 */
public final class IngestNode extends Node {
  private IngestNode(Settings settings) {
    super(
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "peer"),
        List.of(Netty4Plugin.class, IngestCommonPlugin.class, PainlessPlugin.class),
        false);
  }

  public static void main(String[] args) throws Exception {
    Files.createDirectories(Path.of(args[0], "config"));
    Settings settings =
        Settings.builder()
            .put("path.home", args[0])
            .put("transport.port", "0")
            .put("http.port", "0")
            .put("transport.type", "netty4")
            .put("http.type", "netty4")
            .put("network.host", "127.0.0.1")
            .put("discovery.type", "single-node")
            .build();
    IngestService service = new IngestNode(settings).injector().getInstance(IngestService.class);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Map<String, Object> definition = map(new BytesArray(in.readLine()));
    Pipeline pipeline = Pipeline.create("p", definition, service.getProcessorFactories(), service.getScriptService());
    BytesReference event = new BytesArray(in.readLine());
    System.out.println(BytesReference.bytes(XContentFactory.jsonBuilder().map(once(pipeline, event).getSourceAndMetadata())).utf8ToString());
    OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    while (in.readLine() != null) {
      long cpu = os.getProcessCpuTime(), start = System.nanoTime(), documents = 0;
      while (System.nanoTime() - start < 1_000_000_000L) {
        for (int i = 0; i < 100; i++) {
          IngestDocument d = once(pipeline, event);
          d.extractMetadata();
          BytesReference.bytes(XContentFactory.jsonBuilder().map(d.getSourceAndMetadata())).length();
        }
        documents += 100;
      }
      System.out.printf(
          "{\"documents\":%d,\"wall\":%d,\"cpu\":%d}%n", documents, System.nanoTime() - start, os.getProcessCpuTime() - cpu);
    }
    System.exit(0);
  }

  private static Map<String, Object> map(BytesReference json) {
    return XContentHelper.convertToMap(json, false, XContentType.JSON).v2();
  }

  private static IngestDocument once(Pipeline pipeline, BytesReference event) {
    IngestDocument d = new IngestDocument("index", null, null, null, VersionType.INTERNAL, map(event));
    d.executePipeline(
        pipeline,
        (result, failure) -> {
          if (failure != null) {
            throw new IllegalStateException(failure);
          }
        });
    return d;
  }
}
