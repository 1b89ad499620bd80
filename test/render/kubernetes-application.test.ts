import fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AUTOSCALING_DEFAULTS,
  DEFAULTS,
  kubernetesApplication,
  kubernetesObjects,
  labelValue,
  type KubernetesApplicationProps,
} from "../../lib/render/kubernetes-application";
import { anyText } from "../support/any-text";

const image = "registry.example/specweave-api:1.0.0";

describe("kubernetesApplication", () => {
  test("lets roll-outs wait for the load balancer where there is one", () => {
    const gates = "elbv2.k8s.aws/pod-readiness-gate-inject";
    expect(kubernetesApplication({ image, behindLoadBalancer: true }).namespace.metadata.labels[gates]).toBe("enabled");
    expect(kubernetesApplication({ image }).namespace.metadata.labels).not.toHaveProperty([gates]);
  });

  test("by default is the seed's API", () => {
    const { deployment, autoscaler, service } = kubernetesApplication({ image });
    const [container] = deployment.spec.template.spec.containers;
    expect(deployment.metadata).toMatchObject({ name: "api", namespace: "specweave", labels: { app: "specweave-api" } });
    expect(deployment.spec.replicas).toBe(3);
    expect(container.image).toBe(image);
    expect(container.ports).toEqual([{ name: "http", containerPort: 3000, protocol: "TCP" }]);
    expect(container.resources).toEqual({ requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "512Mi" } });
    expect(container.livenessProbe).toMatchObject({ httpGet: { path: "/health", port: 3000 }, initialDelaySeconds: 30, periodSeconds: 10 });
    expect(container.readinessProbe.httpGet).toEqual({ path: "/health", port: 3000, scheme: "HTTP" });
    expect(autoscaler?.spec).toMatchObject({
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
    });
    expect(service.spec).toEqual({ type: "ClusterIP", selector: { app: "specweave-api" }, ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }] });
  });

  test("satisfies the Pod Security Standard that its namespace enforces", () => {
    const { namespace, deployment } = kubernetesApplication({ image });
    const { spec } = deployment.spec.template;
    expect(namespace.metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
    expect(spec.securityContext).toEqual({ runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: { type: "RuntimeDefault" } });
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.volumes).toEqual([{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }]);
  });

  test("never takes a running pod away to start a new one, and spreads pods over zones and nodes", () => {
    const { spec } = kubernetesApplication({ image }).deployment;
    expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(spec.template.spec.topologySpreadConstraints.map(({ topologyKey }) => topologyKey)).toEqual(["topology.kubernetes.io/zone", "kubernetes.io/hostname"]);
  });

  test("labels objects with the increment but not pods, which would restart", () => {
    const { deployment, namespace } = kubernetesApplication({ image, increment: "0012-production-infrastructure" });
    expect(deployment.metadata.labels["phaseline.dev/increment"]).toBe("0012-production-infrastructure");
    expect(namespace.metadata.labels["phaseline.dev/increment"]).toBe("0012-production-infrastructure");
    expect(deployment.spec.template.metadata.labels).toEqual({
      app: "specweave-api",
      "app.kubernetes.io/name": "api",
      "app.kubernetes.io/instance": "specweave-api",
      "app.kubernetes.io/part-of": "specweave",
    });
  });

  test("gives pods the labels that an agent asks for, and no other object; what selects them stays", () => {
    const { deployment, service } = kubernetesApplication({ image, podLabels: { "admission.datadoghq.com/enabled": "true", app: "another" } });
    expect(deployment.spec.template.metadata.labels).toMatchObject({ "admission.datadoghq.com/enabled": "true", app: "specweave-api" });
    for (const { metadata } of [deployment, service]) expect(Object.keys(metadata.labels)).not.toContain("admission.datadoghq.com/enabled");
  });

  test("selects by the app label alone, which stays when everything else is renamed", () => {
    const { deployment, service, disruptionBudget } = kubernetesApplication({ image, partOf: "shop", increment: "0099-x" });
    for (const selector of [deployment.spec.selector.matchLabels, service.spec.selector, disruptionBudget.spec.selector.matchLabels]) {
      expect(selector).toEqual({ app: "specweave-api" });
    }
  });

  test("looks at memory alone when only a memory target is given, and at both when both are", () => {
    const names = (autoscaling: KubernetesApplicationProps["autoscaling"] & object) =>
      kubernetesApplication({ image, autoscaling }).autoscaler?.spec.metrics.map(({ resource }) => [resource.name, resource.target.averageUtilization]);
    expect(names({ memoryTargetPercent: 80 })).toEqual([["memory", 80]]);
    expect(names({ cpuTargetPercent: 60, memoryTargetPercent: 80 })).toEqual([["cpu", 60], ["memory", 80]]);
  });

  test("has no autoscaler when the number of pods is fixed", () => {
    const model = kubernetesApplication({ image, replicas: 4, autoscaling: false });
    expect(model.autoscaler).toBeUndefined();
    expect(model.deployment.spec.replicas).toBe(4);
    expect(kubernetesObjects(model).map(({ kind }) => kind)).toEqual(["Namespace", "ServiceAccount", "Deployment", "Service", "PodDisruptionBudget"]);
  });

  test("starts within the autoscaler's limits", () => {
    expect(kubernetesApplication({ image, autoscaling: { minReplicas: 5, maxReplicas: 12 } }).deployment.spec.replicas).toBe(5);
    expect(kubernetesApplication({ image, replicas: 20 }).deployment.spec.replicas).toBe(10);
  });

  test("writes quantities as the API server does", () => {
    const { deployment } = kubernetesApplication({ image, cpuRequest: "0.25", cpuLimit: "2000m", memoryRequest: "1024Ki", memoryLimit: "2048Mi" });
    expect(deployment.spec.template.spec.containers[0].resources).toEqual({
      requests: { cpu: "250m", memory: "1Mi" },
      limits: { cpu: "2", memory: "2Gi" },
    });
  });

  test("passes plain variables and whole Secrets to the container", () => {
    const [container] = kubernetesApplication({ image, environment: { NODE_ENV: "production" }, environmentSecrets: ["database"] }).deployment.spec.template.spec.containers;
    expect(container.env).toEqual([{ name: "NODE_ENV", value: "production" }]);
    expect(container.envFrom).toEqual([{ secretRef: { name: "database" } }]);
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() =>
      kubernetesApplication({
        image: "",
        name: "My API",
        port: 70000,
        healthPath: "health",
        cpuRequest: "1",
        memoryLimit: "much",
        annotations: { "a b": "" },
        podLabels: { "a b": "c", d: "{{ e }}" },
        environment: { "1X": "" },
        autoscaling: { minReplicas: 12, maxReplicas: 10 },
      }),
    ).toThrow(
      new Error(
        [
          "kubernetesApplication: 11 values cannot be used.",
          '  - image is "": it must name an image, without white space. Give one such as registry.example/api:1.0.0.',
          '  - name is "My API": it must be 1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.',
          '  - healthPath is "health": it must be an HTTP path that begins with a slash. Write it as in /health.',
          '  - annotations has the key "a b": it must be a name of at most 63 characters, after an optional domain and a slash. Rename it.',
          '  - podLabels has the key "a b": it must be a name of at most 63 characters, after an optional domain and a slash. Rename it.',
          '  - podLabels["d"] is "{{ e }}": it must be a label value: at most 63 letters, digits, hyphens, dots and underscores, with a letter or digit first and last. Rename it.',
          '  - environment has the variable "1X": its name must be letters, digits and underscores, with no digit first. Rename it.',
          "  - port is 70000: it must be a whole number from 1 to 65535. Choose one.",
          '  - memoryLimit is "much": it must be a memory quantity such as 256Mi or 1Gi, and more than nothing. Correct it.',
          "  - cpuRequest is 1 and cpuLimit is 500m: a pod cannot be promised more than it may use. Raise the limit or lower the request.",
          "  - autoscaling.minReplicas is 12 and autoscaling.maxReplicas is 10: the least must not be more than the most. Raise maxReplicas or lower minReplicas.",
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    const source = readFileSync(join(__dirname, "../../lib/render/kubernetes-application.ts"), "utf8");
    for (const [name, value] of Object.entries({ ...DEFAULTS, ...AUTOSCALING_DEFAULTS })) {
      const documented = new RegExp(`@default (.+?) (?:- .+ )?\\*/\\n  readonly ${name}\\?|@default (.+?)\\n   \\*/\\n  readonly ${name}\\?`).exec(source);
      expect([name, documented?.[1]]).toEqual([name, JSON.stringify(value)]);
    }
  });
});

describe("labelValue", () => {
  test("makes any text a valid label value", () => {
    fc.assert(
      fc.property(anyText(200), (text) => {
        expect(labelValue(text)).toMatch(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/);
      }),
    );
  });

  test("keeps two long texts apart that differ only at their end", () => {
    const long = "0012-production-infrastructure-for-all-of-the-services-of-the-company";
    expect(labelValue(`${long}-a`)).toBe("0012-production-infrastructure-for-all-of-the-services-f74ef2a7");
    expect(labelValue(`${long}-b`)).not.toBe(labelValue(`${long}-a`));
  });
});
