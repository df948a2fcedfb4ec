"""The messages and services of the contract `scoperegistry.v1`, generated."""
