"""The FOCUS 1.2 CostAndUsage files: the published mart under the specification's own column names."""
