/** Template texts by name (`vllm/deployment.yaml`), read at the edge and handed in. */
export interface TemplateSet {
  read(name: string): string
}
