import type { Fact, Is, Step } from "../../lib/artifacts/decisive";
import { runNames, testFile, tftest } from "../../lib/artifacts/tftest";
import type { TerraformJson } from "../../lib/demand/synthesized";

const criterion = { id: "AC-1", text: "Keep backups", location: { file: "0001/spec.md", line: 3, column: 5 } };
const key = (name: string): Step => ({ key: name });

function fact(address: string, path: readonly Step[], is: Is): Fact {
  return { stack: "production", address, path, is };
}

function written(facts: readonly Fact[], stack: TerraformJson = {}, text = criterion.text): string {
  return tftest(stack, [{ name: "AC-1", criterion: { ...criterion, text }, facts }]);
}

/** The one condition of a file. */
function condition(of: Fact, stack: TerraformJson = {}): string | undefined {
  return /^ {4}condition = (.*)$/m.exec(written([of], stack))?.[1];
}

describe("an assertion", () => {
  const db = "aws_db_instance.main";

  test("reads an argument as it is, and a block whether it is a list, a set or an object", () => {
    expect(condition(fact(db, [key("multi_az")], { kind: "equal", value: true }))).toBe("aws_db_instance.main.multi_az == true");
    expect(condition(fact(db, [key("a"), key("b.c"), { index: 0, of: 2 }, key("d")], { kind: "equal", value: "x" }))).toBe('try(contains(flatten(aws_db_instance.main.a[*]["b.c"][*].d), "x"), false)');
    expect(condition(fact(db, [key("ids"), { index: 1, of: 3 }], { kind: "equal", value: 7 }))).toBe("try(contains(flatten(aws_db_instance.main.ids[*]), 7), false)");
  });

  test("says each kind of bound, and gives an answer even where there is no value", () => {
    const argument = [key("days")];
    expect(condition(fact(db, argument, { kind: "least", value: 1 }))).toBe("try(aws_db_instance.main.days >= 1, false)");
    expect(condition(fact(db, argument, { kind: "most", value: 9 }))).toBe("try(aws_db_instance.main.days <= 9, false)");
    expect(condition(fact(db, argument, { kind: "not", value: true }))).toBe("aws_db_instance.main.days != true");
    expect(condition(fact(db, argument, { kind: "present", block: false }))).toBe("aws_db_instance.main.days != null");
    expect(condition(fact(db, argument, { kind: "present", block: true }))).toBe("length(flatten(aws_db_instance.main.days[*])) > 0");
    expect(condition(fact(db, argument, { kind: "absent" }))).toBe('lookup(aws_db_instance.main, "days", null) == null');
    expect(condition(fact(db, argument, { kind: "says", text: "git clone" }))).toBe('try(strcontains(aws_db_instance.main.days, "git clone"), false)');
    expect(condition(fact(db, [], { kind: "present", block: true }))).toBe("length(flatten([aws_db_instance.main])) > 0");
    const nested = [key("a"), key("days")];
    expect(condition(fact(db, nested, { kind: "least", value: 1 }))).toBe("anytrue([for each in try(flatten(aws_db_instance.main.a[*].days), []) : try(each >= 1, false)])");
    expect(condition(fact(db, nested, { kind: "not", value: "0.0.0.0/0" }))).toBe('try(!contains(flatten(aws_db_instance.main.a[*].days), "0.0.0.0/0"), true)');
    expect(condition(fact(db, nested, { kind: "absent" }))).toBe("alltrue([for each in try(flatten(aws_db_instance.main.a[*].days), []) : each == null])");
  });

  test("looks into what is encoded", () => {
    const path: Step[] = [key("values"), { index: 0, of: 1 }, { decode: "yaml" }, key("a"), { index: 2, of: 3 }, key("b/c")];
    expect(condition(fact("helm_release.x", path, { kind: "equal", value: 3 }))).toBe('try(yamldecode(one(flatten(helm_release.x.values[*]))).a[2]["b/c"] == 3, false)');
    expect(condition(fact("aws_x.y", [key("user_data"), { decode: "base64" }], { kind: "says", text: "a" }))).toBe('try(strcontains(base64decode(aws_x.y.user_data), "a"), false)');
  });

  test("asks every instance of what there are several of", () => {
    const is: Is = { kind: "equal", value: 1 };
    expect(condition(fact("aws_x.y", [key("a")], is), { resource: { aws_x: { y: { count: 2, a: 1 } } } })).toBe("try(contains(flatten(aws_x.y[*].a), 1), false)");
    expect(condition(fact("aws_x.y", [key("a")], is), { resource: { aws_x: { y: { for_each: "${toset([])}", a: 1 } } } })).toBe("try(contains(flatten(values(aws_x.y)[*].a), 1), false)");
  });

  test("names the criterion, its text and its place; text from a spec stays text", () => {
    const evil = 'x" }\nrun "y" { ${file("/etc/passwd")} %{ if true } \u2028 end';
    const text = written([fact(db, [key("multi_az")], { kind: "equal", value: '${"a"}' })], {}, evil);
    expect(text).toContain(
      'error_message = "AC-1 \\"x\\" } run \\"y\\" { $${file(\\"/etc/passwd\\")} %%{ if true } end\\" (0001/spec.md:3:5): multi_az of aws_db_instance.main must be \\"$${\\\\\\"a\\\\\\"}\\"."',
    );
    expect(text).toContain('condition = aws_db_instance.main.multi_az == "$${\\"a\\"}"');
    expect(text.match(/^run /gm)).toHaveLength(1);
  });
});

describe("what only an apply would tell", () => {
  const topic = { aws_sns_topic: { t: { name: "alarms" } } };
  const alarm = (stack: TerraformJson, code: string) => written([fact("aws_cloudwatch_metric_alarm.a", [key("alarm_actions"), { index: 0, of: 1 }], { kind: "expression", code })], stack);

  test("is given, once, to what assertions refer to", () => {
    const text = alarm({ resource: topic }, "aws_sns_topic.t.arn");
    expect(text).toContain('override_resource {\n  target = aws_sns_topic.t\n  override_during = plan\n  values = {"arn" = "arn:aws:mock:us-east-1:123456789012:aws_sns_topic/t"}\n}');
    expect(text).toContain("condition = try(contains(flatten(aws_cloudwatch_metric_alarm.a.alarm_actions[*]), aws_sns_topic.t.arn), false)");
    expect(alarm({ resource: topic }, "aws_sns_topic.t.name")).not.toContain("override_resource");
  });

  test("is not asked where a mock cannot give it: then the resource has to be there", () => {
    const there = "condition = length(flatten([aws_cloudwatch_metric_alarm.a])) > 0";
    expect(alarm({ resource: topic }, "aws_sns_topic.t.policy[0].id")).toContain(there);
    // A data source that is about a resource is read when that is there.
    const policy = { aws_iam_policy_document: { p: { statement: [{ resources: ["${aws_sns_topic.t.arn}"] }] } } };
    expect(alarm({ resource: topic, data: policy }, "data.aws_iam_policy_document.p.json")).toContain(there);
    // What an ephemeral resource is opened with must stay unknown: else Terraform would ask AWS for it.
    expect(alarm({ resource: topic, ephemeral: { aws_x: { y: { id: "${aws_sns_topic.t.arn}" } } } }, "aws_sns_topic.t.arn")).toContain(there);
  });
});

test("a write-only argument is not asked: nobody can read it", () => {
  const text = written([fact("kubernetes_secret_v1.key", [key("data_wo"), key("api-key")], { kind: "expression", code: "ephemeral.aws_x.y.value" })], { ephemeral: { aws_x: { y: {} } } });
  expect(text).toContain("condition = length(flatten([kubernetes_secret_v1.key])) > 0");
  expect(text).not.toContain("data_wo");
});

test("values that stand in no plan are not asserted: ephemeral ones, and write-only arguments", () => {
  const stack: TerraformJson = { resource: { kubernetes_secret_v1: { s: { data_wo: { key: "x" }, data: { key: "${ephemeral.aws_x.y.z}" } } } } };
  for (const argument of ["data_wo", "data"]) {
    expect(condition(fact("kubernetes_secret_v1.s", [key(argument), key("key")], { kind: "present", block: false }), stack)).toBe("length(flatten([kubernetes_secret_v1.s])) > 0");
  }
});

test("of one entry of several, what stands in the others is given, too: a set has no order", () => {
  const stack: TerraformJson = { resource: { aws_x: { y: { rule: [{ name: "a" }, { name: "${aws_sns_topic.t.arn}" }] } }, aws_sns_topic: { t: {} } } };
  const text = written([fact("aws_x.y", [key("rule"), { index: 0, of: 2 }, key("name")], { kind: "equal", value: "a" })], stack);
  expect(text).toContain("override_resource {\n  target = aws_sns_topic.t\n");
});

test("a resource that others take apart is left as it is: a mock of its lists would be empty", () => {
  const cluster = { aws_eks_cluster: { c: { name: "shop" } }, aws_x: { y: { cluster: "${aws_eks_cluster.c.arn}" } } };
  const is = fact("aws_x.y", [key("cluster")], { kind: "expression", code: "aws_eks_cluster.c.arn" });
  expect(condition(is, { resource: cluster })).toBe("aws_x.y.cluster == aws_eks_cluster.c.arn");
  for (const value of ["${aws_eks_cluster.c.identity[0].issuer}", "${[for each in aws_eks_cluster.c.identity : each.issuer]}"]) {
    expect(condition(is, { resource: cluster, output: { o: { value } } })).toBe("length(flatten([aws_x.y])) > 0");
  }
});

test("a certificate's options are given with it: records are made of them", () => {
  const stack: TerraformJson = {
    resource: { aws_acm_certificate: { c: { domain_name: "a.example.com" } }, aws_lb_listener: { l: { certificate_arn: "${aws_acm_certificate.c.arn}" } }, aws_route53_record: { r: { name: "${one([for o in aws_acm_certificate.c.domain_validation_options : o.resource_record_name])}" } } },
  };
  const text = written([fact("aws_lb_listener.l", [key("certificate_arn")], { kind: "present", block: false })], stack);
  expect(text).toContain("condition = aws_lb_listener.l.certificate_arn != null");
  expect(text).toContain('"domain_validation_options" = [{"domain_name" = "a.example.com", "resource_record_name" = "_mock.a.example.com.", "resource_record_type" = "CNAME", "resource_record_value" = "_mock.acm-validations.aws."}]');
});

describe("the providers of a test", () => {
  const facts = [fact("aws_vpc.v", [], { kind: "present", block: true })];

  test("are mocked, with all their aliases", () => {
    const text = written(facts, { provider: { aws: [{ region: "eu-west-1" }, { region: "us-east-1", alias: "global" }], helm: [{}] }, terraform: { required_providers: { aws: {}, helm: {}, kubernetes: {}, random: {} } } });
    expect(text.match(/^mock_provider .*\{(?:\n  alias.*)?/gm)).toEqual(['mock_provider "aws" {', 'mock_provider "aws" {\n  alias = "global"', 'mock_provider "helm" {', 'mock_provider "kubernetes" {']);
  });

  test("have no working credentials where Terraform cannot mock them, and are asked nothing", () => {
    const text = written(facts, { provider: { aws: [{ region: "eu-west-1" }] }, ephemeral: { aws_x: { y: {} } }, data: { aws_canonical_user_id: { me: {} }, aws_region: { here: {} } } });
    expect(text).not.toContain("mock_provider");
    expect(text).toContain('provider "aws" {\n  region = "eu-west-1"\n  access_key = "mock"\n  secret_key = "mock"\n  skip_credentials_validation = true');
    expect(text).toContain("override_data {\n  target = data.aws_canonical_user_id.me\n  values = {}\n}");
    expect(text).toContain('values = {"id" = "eu-west-1", "name" = "eu-west-1", "region" = "eu-west-1"}');
  });

  test("read other stacks' outputs as texts, encoded where they are decoded", () => {
    const text = written(facts, { data: { terraform_remote_state: { s: {} } }, resource: { helm_release: { r: { a: "${data.terraform_remote_state.s.outputs.role_arn}", b: "${base64decode(data.terraform_remote_state.s.outputs.ca)}" } } } });
    expect(text).toContain(`values = {"outputs" = {"ca" = "${Buffer.from("mock-output-s-ca").toString("base64")}", "role_arn" = "arn:aws:mock:us-east-1:123456789012:output/s/role_arn"}}`);
  });
});

describe("names", () => {
  test("of runs are identifiers, stay what they were where they can, and stay different", () => {
    expect([...runNames(["AC-US1-02", "1.2", "1_2", "R 3", "AC-1_2", "Größe"]).values()]).toEqual(["AC-US1-02", "AC-1_2", "AC-1_2_2", "R_3", "AC-1_2_3", "Gr__e"]);
  });

  test("of files lead nowhere else", () => {
    expect(testFile("0012-production-infrastructure")).toBe("0012-production-infrastructure.tftest.hcl");
    expect(testFile("../../etc/x y")).toBe("_._.._etc_x_y.tftest.hcl");
  });
});

test("a stack of which nothing is asserted has no file", () => {
  expect(written([])).toBe("");
});
