import { matches } from "./needles";
import type { CapabilityId } from "./vocabulary";

/** A provider that Phaseline does not write for, by the names of its products. */
export interface Vendor {
  readonly name: string;
  readonly pattern: RegExp;
}

export const VENDORS: readonly Vendor[] = [
  { name: "Microsoft Azure", pattern: /\bazure(?! devops)\b|\baks\b|\bacr\b|\bazurerm\b|\b(?:to|on|azure) app service\b|\bapp service plan\b|\blog analytics\b|\bcosmos ?db\b|\bbicep\b|\bentra id\b|\bkey vault\b|\bcontainer apps\b|\bapplication insights\b/ },
  { name: "Google Cloud", pattern: /\bgcp\b|\bgoogle (?:cloud|kubernetes|compute|secret)\b|(?<!aws )\bsecret manager\b|\bgke\b|\bcloud (?:dns|run|functions?|sql|build|armor|storage|spanner|scheduler|tasks|logging|monitoring|trace|pub\/?sub|memorystore|cdn policy|dns managed zone)\b|\bgcr\.io\b|\bartifact registry\b|\bcompute engine\b|\bbigquery\b|\bfirestore\b|\bfirebase\b|\bpub\/sub\b|\bmemorystore\b|\bworkload identity\b|\bgcs\b|\bpkg\.dev\b|\bgcloud\b|\bapp engine\b|\bus-central1\b|\beurope-west\d\b|\bvertex ai\b/ },
  { name: "Vercel", pattern: /\bvercel\b/ },
  { name: "Cloudflare", pattern: /\bcloudflare\b|\bwrangler(?:\.toml)?\b|\bcloudflared\b|\bcf (?:managed|pages|workers|tunnel|waf)\b|\bbot fight mode\b|\bturnstile\b|\bd1 database\b|\bworkers kv\b|\br2 (?:bucket|storage)s?\b|\b(?:to|in|on|via) (?:cloudflare )?r2\b/ },
  { name: "Hetzner", pattern: /\bhetzner\b|\bhcloud\b/ },
  { name: "Railway", pattern: /\brailway(?:\.app|\.json|\.toml)?\b/ },
  { name: "Render", pattern: /\brender(?:\.com|\.yaml)\b|\b(?:to|on|via|in) render\b(?! (?:the|a|an|in)\b)|\brender (?:web )?(?:service|deploy\w*|free tier|postgres|dashboard|blueprint)\b/ },
  { name: "Fly.io", pattern: /\bfly\.(?:io|toml)\b|\bflyctl\b|\bfly (?:machines?|deploy|volumes?|secrets|launch|app)\b/ },
  { name: "Heroku", pattern: /\bheroku\b|\bdynos?\b/ },
  { name: "DigitalOcean", pattern: /\bdigital ?ocean\b|\bdroplets?\b|\bdoks\b|\bdo spaces\b/ },
  { name: "Alibaba Cloud", pattern: /\bali(?:baba)? ?cloud\b|\balicloud\w*|\baliyun\b|阿里云/ },
  { name: "Oracle Cloud", pattern: /\boracle cloud\b|\boci (?:compute|instance|tenancy|vcn|cli|registry|bucket|free)\w*/ },
  { name: "IBM Cloud", pattern: /\bibm cloud\b/ },
  { name: "Tencent Cloud", pattern: /\btencent ?cloud\b|腾讯云/ },
  { name: "Huawei Cloud", pattern: /\bhuawei ?cloud\b|华为云/ },
  { name: "Netlify", pattern: /\bnetlify\b/ },
  { name: "Neon", pattern: /\bneon (?:postgres\w*|database|db|branch\w*|serverless)\b|\bneon\.tech\b|\b(?:on|to|via|with) neon\b|\bneon's\b/ },
  { name: "Supabase", pattern: /\bsupabase\b/ },
  { name: "PlanetScale", pattern: /\bplanet ?scale\b/ },
  { name: "Upstash", pattern: /\bupstash\b/ },
  { name: "MongoDB Atlas", pattern: /\bmongodb atlas\b|\batlas (?:cluster|backup|search|vector)s?\b/ },
  { name: "OVHcloud", pattern: /\bovh(?:cloud)?\b/ },
  { name: "Scaleway", pattern: /\bscaleway\b/ },
  { name: "Linode", pattern: /\blinode\b|\bakamai cloud\b/ },
  { name: "Vultr", pattern: /\bvultr\b/ },
  { name: "Proxmox", pattern: /\bproxmox\b/ },
  { name: "VMware", pattern: /\bvsphere\b|\bvmware\b|\besxi\b/ },
  { name: "OpenStack", pattern: /\bopenstack\b/ },
  { name: "GitHub Pages", pattern: /\bgithub pages\b/ },
  { name: "Coolify", pattern: /\bcoolify\b/ },
  { name: "Hugging Face Spaces", pattern: /\bhugging ?face spaces\b/ },
  { name: "Bunny", pattern: /\bbunny ?cdn\b|\bbunny\.net\b/ },
  { name: "CockroachDB Cloud", pattern: /\bcockroach ?db cloud\b|\bcockroachdb serverless\b/ },
  { name: "Turso", pattern: /\bturso\b/ },
  { name: "Fastly", pattern: /\bfastly\b/ },
  { name: "HCP Terraform", pattern: /\bhcp\b|\bterraform cloud\b/ },
  { name: "o2switch", pattern: /\bo2switch\b/ },
  { name: "Qovery", pattern: /\bqovery\b/ },
  { name: "Koyeb", pattern: /\bkoyeb\b/ },
  { name: "Northflank", pattern: /\bnorthflank\b/ },
  { name: "Zeabur", pattern: /\bzeabur\b/ },
  { name: "Dokku", pattern: /\bdokku\b/ },
  { name: "CapRover", pattern: /\bcaprover\b/ },
  { name: "Dokploy", pattern: /\bdokploy\b/ },
  { name: "Clever Cloud", pattern: /\bclever cloud\b/ },
  { name: "Platform.sh", pattern: /\bplatform\.sh\b/ },
  { name: "Deno Deploy", pattern: /\bdeno deploy\b/ },
  { name: "Yandex Cloud", pattern: /\byandex cloud\b/ },
  { name: "Civo", pattern: /\bcivo\b/ },
  { name: "Exoscale", pattern: /\bexoscale\b/ },
  { name: "UpCloud", pattern: /\bupcloud\b/ },
  { name: "Contabo", pattern: /\bcontabo\b/ },
  { name: "Hostinger", pattern: /\bhostinger\b/ },
  { name: "IONOS", pattern: /\bionos\b/ },
  { name: "Aiven", pattern: /\baiven\b/ },
  { name: "Confluent Cloud", pattern: /\bconfluent cloud\b/ },
  { name: "Redis Cloud", pattern: /\bredis (?:enterprise )?cloud\b/ },
  { name: "Elastic Cloud", pattern: /\belastic cloud\b/ },
  { name: "Backblaze", pattern: /\bbackblaze\b/ },
  { name: "Wasabi", pattern: /\bwasabi\b/ },
  { name: "Appwrite Cloud", pattern: /\bappwrite cloud\b/ },
  { name: "PythonAnywhere", pattern: /\bpythonanywhere\b/ },
  { name: "Streamlit Cloud", pattern: /\bstreamlit (?:community )?cloud\b/ },
  { name: "RunPod", pattern: /\brunpod\b/ },
  { name: "Cloud Foundry", pattern: /\bcloud foundry\b|\bcloud\.gov\b/ },
  { name: "Scalingo", pattern: /\bscalingo\b/ },
  { name: "Sliplane", pattern: /\bsliplane\b/ },
  { name: "Nhost", pattern: /\bnhost\b/ },
  { name: "Xata", pattern: /\bxata\b/ },
  { name: "Tigris", pattern: /\btigris (?:bucket|storage|data)\w*/ },
  { name: "OpenShift Online", pattern: /\bopenshift (?:online|dedicated)\b|\bsilver openshift\b/ },
  { name: "Convex", pattern: /\bconvex (?:cloud|deploy\w*)\b/ },
];

/** What to write instead of another vendor's product, capability by capability. */
export const INSTEAD: Readonly<Partial<Record<CapabilityId, string>>> = {
  compute: "Run the service on one EC2 instance", cluster: "Run the service on an EKS cluster", workload: "Deploy the service to the EKS cluster", database: "Provision an RDS PostgreSQL database",
  cache: "Use ElastiCache Redis", "object-storage": "Store files in an S3 bucket", cdn: "Serve static assets through CloudFront", dns: "Create the records in Route 53", tls: "HTTPS with an ACM certificate", waf: "Protect the endpoint with AWS WAF",
  secrets: "Store secrets in AWS Secrets Manager", registry: "Push images to an ECR repository", pipeline: "GitHub Actions builds and deploys on push to main", environments: "Provision staging and production environments", backups: "Automated backups with 7 days of retention",
  "scheduled-job": "A CronJob runs every day at 02:00 UTC", budget: "AWS Budget of USD 200 per month", logs: "Send logs to CloudWatch Logs", network: "VPC with public and private subnets", "read-replica": "Add a read replica to the RDS database", queue: "Use an SQS queue",
  access: "IAM roles follow least privilege", "high-availability": "Spread the service across availability zones",
};

/** Services that exist on AWS or Kubernetes and that no capability stands for. */
const SERVICES: readonly Vendor[] = [
  { name: "AWS Lambda", pattern: /\blambdas?\b/ }, { name: "Amazon API Gateway", pattern: /\bapi gateway\b/ }, { name: "Amazon Cognito", pattern: /\bcognito\b/ }, { name: "Amazon SES", pattern: /\bses\b/ },
  { name: "AWS Step Functions", pattern: /\bstep functions\b/ }, { name: "Amazon Bedrock", pattern: /\bbedrock\b/ }, { name: "Amazon SageMaker", pattern: /\bsagemaker\b/ }, { name: "Amazon OpenSearch", pattern: /\bopen ?search (?:domain|cluster|service)\b/ },
  { name: "Amazon GuardDuty", pattern: /\bguard ?duty\b/ }, { name: "AWS Security Hub", pattern: /\bsecurity hub\b/ }, { name: "Amazon EFS", pattern: /\befs\b/ }, { name: "AWS Glue", pattern: /\baws glue\b|\bglue job\b/ }, { name: "AWS Amplify", pattern: /\bamplify\b/ },
  { name: "AWS App Runner", pattern: /\bapp ?runner\b/ }, { name: "AWS Elastic Beanstalk", pattern: /\b(?:elastic )?beanstalk\b/ }, { name: "Falco", pattern: /\bfalco\b/ }, { name: "AWS Config", pattern: /\baws config\b/ }, { name: "Amazon Lightsail", pattern: /\blightsail\b/ },
];

/** The services without a capability that the folded text names. */
export function otherServicesIn(text: string): Vendor[] {
  return SERVICES.filter(({ pattern }) => matches(pattern, text));
}

/** The vendors that the folded text names, in the order of the list. */
export function vendorsIn(text: string): Vendor[] {
  return VENDORS.filter(({ pattern }) => matches(pattern, text));
}
