//! What DescribeRegions, DescribeVpcs and DescribeSecurityGroups answer.

use aws_sdk_ec2::operation::describe_regions::DescribeRegionsOutput;
use aws_sdk_ec2::operation::describe_security_groups::DescribeSecurityGroupsOutput;
use aws_sdk_ec2::operation::describe_vpcs::DescribeVpcsOutput;
use aws_sdk_ec2::types::*;

use crate::untyped::{enumerations, structures};

structures! {
    DescribeRegionsOutput { regions }
    Region { opt_in_status, geography, region_name, endpoint }
    RegionGeography { name }
    DescribeVpcsOutput { next_token, vpcs }
    Vpc {
        owner_id, instance_tenancy, ipv6_cidr_block_association_set, cidr_block_association_set, is_default,
        encryption_control, tags, block_public_access_states, vpc_id, state, cidr_block, dhcp_options_id,
    }
    VpcIpv6CidrBlockAssociation {
        association_id, ipv6_cidr_block, ipv6_cidr_block_state, network_border_group, ipv6_pool,
        ipv6_address_attribute, ip_source,
    }
    VpcCidrBlockState { state, status_message }
    VpcCidrBlockAssociation { association_id, cidr_block, cidr_block_state }
    VpcEncryptionControl {
        vpc_id, vpc_encryption_control_id, mode, state, state_message, resource_exclusions, tags,
    }
    VpcEncryptionControlExclusions {
        internet_gateway, egress_only_internet_gateway, nat_gateway, virtual_private_gateway, vpc_peering,
        lambda, vpc_lattice, elastic_file_system,
    }
    VpcEncryptionControlExclusion { state, state_message }
    BlockPublicAccessStates { internet_gateway_block_mode }
    DescribeSecurityGroupsOutput { next_token, security_groups }
    SecurityGroup {
        group_id, ip_permissions_egress, tags, vpc_id, security_group_arn, owner_id, group_name, description,
        ip_permissions,
    }
    IpPermission {
        ip_protocol, from_port, to_port, user_id_group_pairs, ip_ranges, ipv6_ranges, prefix_list_ids,
    }
    UserIdGroupPair {
        description, user_id, group_name, group_id, vpc_id, vpc_peering_connection_id, peering_status,
    }
    IpRange { description, cidr_ip }
    Ipv6Range { description, cidr_ipv6 }
    PrefixListId { description, prefix_list_id }
}

enumerations! {
    VpcCidrBlockStateCode, Ipv6AddressAttribute, IpSource, VpcEncryptionControlMode,
    VpcEncryptionControlState, VpcEncryptionControlExclusionState, BlockPublicAccessMode, VpcState,
}
